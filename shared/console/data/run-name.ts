/** The end of an id: enough to tell runs apart, since their beginnings are times. */
export const shortId = (id: string): string => id.slice(-6);
