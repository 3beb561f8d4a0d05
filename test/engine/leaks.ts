/** Searches for secrets in every spelling in which they may have been written. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Where a secret was found: its index, its spelling, and the text around it. */
export interface Leak {
  readonly secret: number;
  readonly spelling: string;
  readonly where: string;
  readonly near: string;
}

/** Every secret in a text. */
export function leaksIn(where: string, text: string, secrets: readonly string[]): Leak[] {
  return secrets.flatMap((secret, number) =>
    Object.entries(spellings(secret)).flatMap(([spelling, forms]) =>
      [...new Set(forms)].flatMap((form) => {
        const at = text.indexOf(form);
        if (form.length < 8 || at < 0) {
          return [];
        }
        return [{ secret: number, spelling, where, near: text.slice(Math.max(0, at - 60), at + form.length + 20) }];
      }),
    ),
  );
}

/** Every secret in the files below a folder, except the program itself and what it imports. */
export function leaksBelow(folder: string, secrets: readonly string[]): Leak[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "index.ts" && !entry.parentPath.includes("node_modules"))
    .flatMap((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return leaksIn(file, readFileSync(file, "utf8"), secrets);
    });
}

function spellings(secret: string): Record<string, string[]> {
  const json = (text: string) => JSON.stringify(text).slice(1, -1);
  // JSON as the engine writes it, in Go.
  const goJson = (text: string) => json(text).replaceAll("&", "\\u0026").replaceAll("<", "\\u003c");
  const bytes = Buffer.from(secret);
  return {
    plain: [secret],
    json: [json(secret), goJson(secret)],
    "json in json": [json(json(secret)), goJson(goJson(secret))],
    percent: [encodeURIComponent(secret), encodeURI(secret), encodeURIComponent(json(secret))],
    form: [new URLSearchParams([["", secret]]).toString().slice(1)],
    html: [secret.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;")],
    base64: aligned(bytes, "base64"),
    base64url: aligned(bytes, "base64url"),
    hex: [bytes.toString("hex")],
  };
}

/** A text in base64 at each of the three alignments, without the ends, which depend on the neighbouring bytes. */
function aligned(bytes: Buffer, encoding: "base64" | "base64url"): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString(encoding)
      .replace(/=+$/, "");
    return text.slice(before === 0 ? 0 : before + 1, -2);
  });
}
