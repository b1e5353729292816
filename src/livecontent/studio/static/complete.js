// What can be written where the cursor stands, by the text before it.

const KINDS = ["layers", "group", "row", "column", "prefetched"]; // keys whose values are lists of layers
const option = (label, detail = "", type = "text") => ({ label, detail: detail.length > 70 ? `${detail.slice(0, 69)}…` : detail, type });
const named = (names, type) => names.map((name) => option(name, "", type));

/** Facts and their names: after a dot the names of what stands before it, else the roots. */
function facts(before, known) {
  const dotted = before.match(/([a-z_]+)(?:\[[^\]]*\])?\.(\w*)$/);
  if (dotted) {
    const names = { param: known.params, brand: known.brand.map((name) => name.slice(6)) }[dotted[1]] ?? known.facts[dotted[1]]?.names;
    return names && { from: dotted[2].length, options: named(names, "property") };
  }
  const root = before.match(/(?:^|[^\w.])(\w*)$/);
  return root && { from: root[1].length, options: named(Object.keys(known.facts), "variable") };
}

/** The only texts that a fact may be, within quotes behind it. */
function closed(before, known) {
  const found = before.match(/([a-z_]+(?:\.\w+)+)\s*(?:[!=]=\s*|in\s*\[(?:[^\]]*,)?\s*)['"]([^'"]*)$/);
  const values = found && known.choices[found[1]];
  return values && { from: found[2].length, options: named(values, "enum") };
}

/** The value of a key: names of what there is. */
function value(before, known) {
  const found = before.match(/(?:^|[\s{,-])"?([\w-]+)"?:\s+(?:"|')?([\w.#/-]*)$/);
  if (!found) return null;
  const [, key, written] = found;
  const lists = { icon: known.icons, family: known.families, style: known.styles, image: known.files, fallback: known.files, placeholder: known.files, component: known.components };
  const values = lists[key] ?? Object.keys(known.values[key] ?? {});
  const colours = /^(color|fill|background|track|paint|stroke)$/.test(key) ? known.brand : [];
  return values.length + colours.length ? { from: written.length, options: named([...values, ...colours], "constant") } : null;
}

/** The keys above a line, by their indentation, and those beside it. */
function around(lines, line, indent) {
  const above = [];
  const beside = [];
  let most = indent;
  for (let at = line - 1; at >= 0; at--) {
    const match = lines[at].match(/^(\s*)((?:- )*)([\w"'-]+):/);
    if (!match) continue;
    const column = match[1].length + match[2].length;
    if (column === indent && most === indent) beside.push(match[3]);
    if (match[2] && column === indent) most = Math.min(most, match[1].length);
    if (column < most) {
      above.push(match[3]);
      most = match[1].length;
    }
  }
  return { above, beside };
}

function keys(before, lines, line, known) {
  const block = before.match(/^(\s*)((?:- )*)([\w-]*)$/), flow = before.match(/(?:([\w-]+):\s*)?\{([^{}]*[,{]\s*)?([\w-]*)$/);
  let parent = "", beside = [], written = "";
  if (block) {
    const found = around(lines, line, block[1].length + block[2].length);
    [parent = ""] = found.above;
    ({ beside } = found);
    written = block[3];
  } else if (flow) {
    written = flow[3];
    beside = [...(flow[2] ?? "").matchAll(/([\w-]+):/g)].map((match) => match[1]);
    const open = before.match(/^(\s*)((?:- )*)/);
    parent = flow[1] ?? around(lines, line, open[1].length + (open[2] ? 0.5 : 0)).above[0] ?? "";
  } else return null;
  const layer = KINDS.includes(parent) ? beside.find((key) => known.layers[key]) : "";
  const told = KINDS.includes(parent) ? (known.layers[layer] ?? Object.fromEntries(Object.keys(known.layers).map((kind) => [kind, ""]))) : known.keys[parent];
  const free = Object.entries(told ?? {}).filter(([key]) => !beside.includes(key));
  return free.length ? { from: written.length, options: free.map(([key, detail]) => ({ ...option(key, detail, "property"), apply: `${key}: ` })) } : null;
}

/** A source of completion for CodeMirror. */
export function completeYaml(context, known) {
  const { number, from } = context.state.doc.lineAt(context.pos);
  const before = context.state.doc.sliceString(from, context.pos), lines = context.state.doc.sliceString(0, from).split("\n");
  const rule = /(?:when|where|use|let\.\w+):\s*["']?[^"']*$|(?:when|where):.*$/.test(before) || /\{[{%][^}]*$/.test(before);
  const filter = before.match(/\{\{[^}]*\|\s*(\w*)$/);
  const found = (filter && { from: filter[1].length, options: named(known.filters, "function") })
    ?? closed(before, known) ?? (rule ? facts(before, known) : null) ?? value(before, known) ?? keys(before, lines, number - 1, known);
  if (!found || (!context.explicit && !found.from && !/[.{"'|]$/.test(before))) return null;
  return { from: context.pos - found.from, options: found.options, validFor: /^[\w.-]*$/ };
}
