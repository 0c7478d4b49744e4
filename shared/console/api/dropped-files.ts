/** The files that were dropped: each by itself, and those that lie directly in a folder. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // The transfer is empty once the event is over, so all entries are taken at once.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (!entries.some(isFolder)) return [...transfer.files];
  const inside = await Promise.all(entries.map((entry) => (isFolder(entry) ? entriesOf(entry) : [entry])));
  return Promise.all(inside.flat().filter(isFile).map(fileOf));
}

/** The folder's name of files that were chosen or dropped as one, where the browser tells it. */
export function folderName(files: readonly File[]): string | undefined {
  const [folder, ...rest] = files[0]?.webkitRelativePath.split("/") ?? [];
  return rest.length > 0 ? folder : undefined;
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
