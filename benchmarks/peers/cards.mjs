// Three product cards as one tree of boxes with styles, for engines that lay out by flexbox: a box has children, or an
// image, or words. Lengths are pixels of the picture divided by `scale`.
const INTER = { fontFamily: "Inter", lineHeight: 1.2 };

export function tree(items, scale = 1) {
  const px = (length) => (length * 2) / scale;
  const pads = (down, across) => ({
    paddingTop: px(down),
    paddingBottom: px(down),
    paddingLeft: px(across),
    paddingRight: px(across),
  });
  const text = (words, size, fontWeight, color, more = {}) => ({
    style: { ...INTER, fontSize: px(size), fontWeight, color, ...more },
    text: words,
  });
  const box = (flexDirection, gap, style, children) => ({
    style: { display: "flex", boxSizing: "border-box", flexDirection, gap: px(gap), ...style },
    children,
  });
  const icon = (image, size) => ({ style: { width: px(size), height: px(size), flexShrink: 0 }, image });
  const card = ({ photo, badge, stars, name, price, old }) =>
    box("column", 8, { flexGrow: 1, flexShrink: 1, flexBasis: 0, ...pads(12, 12), backgroundColor: "#ffffff", borderRadius: px(12) }, [
      { style: { width: "100%", height: px(190), flexShrink: 0, borderRadius: px(8), objectFit: "cover" }, image: `p${photo}` },
      box("row", 6, { alignItems: "center" }, [
        text(badge, 12, 700, "#ffffff", { ...pads(2, 8), backgroundColor: "#b3122f", borderRadius: px(9) }),
        icon("star-fill", 14),
        text(stars, 12, 400, "#000000"),
      ]),
      text(name, 16, 600, "#000000", { textWrap: "balance" }),
      box("row", 8, { alignItems: "flex-end" }, [
        text(price, 18, 700, "#b3122f"),
        text(old, 13, 400, "#7c827f", { textDecoration: "line-through" }),
      ]),
      box("row", 6, { ...pads(6, 12), justifyContent: "center", alignItems: "center", backgroundColor: "#eeeeee", borderRadius: px(6) }, [
        icon("shopping-cart", 16),
        text("Add to cart", 13, 400, "#000000"),
      ]),
    ]);
  const size = { width: px(600), height: px(384) };
  return box("row", 12, { ...size, ...pads(12, 12), backgroundColor: "#f6f1e7" }, items.map(card));
}
