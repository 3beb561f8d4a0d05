/** Writes files. */
import { writeFileSync } from "node:fs";

/** Writes a file; an error names it even if only its content could not be written, as on a full disk. */
export function writeFile(file: string, content: string | Buffer): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw Object.assign(error as NodeJS.ErrnoException, { path: file });
  }
}
