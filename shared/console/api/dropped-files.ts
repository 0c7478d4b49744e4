/** Files that were chosen or dropped, and the name of the folder that they lie in, where it was given as one. */
export interface GivenFiles {
  readonly files: readonly File[];
  readonly folder: string | undefined;
}

/** The files of an input; of a folder's own folders none. */
export function chosenFiles(list: FileList | null): GivenFiles {
  const files = [...(list ?? [])];
  const [folder, ...rest] = files[0]?.webkitRelativePath.split("/") ?? [];
  return {
    files: files.filter(({ webkitRelativePath: path }) => path.split("/").length <= 2),
    folder: rest.length > 0 ? folder : undefined,
  };
}

/** The files that were dropped: each by itself, and those that lie directly in a folder. */
export async function droppedFiles(transfer: DataTransfer): Promise<GivenFiles> {
  // The transfer is empty once the event is over, so all entries are taken at once.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const folder = entries.find(isFolder);
  if (folder === undefined) return { files: [...transfer.files], folder: undefined };
  const inside = await Promise.all(entries.map((entry) => (isFolder(entry) ? entriesOf(entry) : [entry])));
  return { files: await Promise.all(inside.flat().filter(isFile).map(fileOf)), folder: folder.name };
}

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

/** A reader answers a hundred entries or so at a time, and none at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}
