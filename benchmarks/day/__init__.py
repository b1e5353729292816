"""A day, replayed: mail clients do what they do, and each picture is compared with the world as it is read."""
