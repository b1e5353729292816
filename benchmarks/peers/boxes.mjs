// The moving parts of R1 as styles, for engines that lay out by CSS.
export function boxes(design, scale = 1) {
  const place = ([left, top, width, height]) => ({
    position: "absolute",
    left: left / scale,
    top: top / scale,
    width: width / scale,
    height: height / scale,
  });
  const text = (size) => ({
    display: "flex",
    alignItems: "center",
    color: "#ffffff",
    fontFamily: "Inter",
    fontWeight: 700,
    fontSize: size / scale,
  });
  return {
    headline: { ...place(design.headline), ...text(design.headline_size), lineHeight: 1.25 },
    icon: place(design.icon),
    temperature: {
      ...place(design.temperature),
      ...text(design.temperature_size),
      justifyContent: "center",
      lineHeight: 1.2,
    },
  };
}
