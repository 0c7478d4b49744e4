const mediaTypes = {
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
};

/** Media type of a model's file, by its name. */
export const mediaType = (file: string): string =>
  Object.entries(mediaTypes).find(([ending]) => file.endsWith(ending))?.[1] ?? "application/octet-stream";
