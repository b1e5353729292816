"""Mail clients, proxies and scanners: who asks, whether now is the moment of reading, whether the place is trusted."""
