// What scripts of several pages use.

const policy = globalThis.trustedTypes?.createPolicy("page", { createHTML: (text) => text });

/** The document of a page of this server; no script in it runs. */
export function readPage(text) {
  return new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");
}
