import * as fc from "fast-check";

/** Any text of UTF-16, halves of surrogate pairs included. */
export const anyText = (maxLength: number) =>
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength }).map((units) => String.fromCharCode(...units));
