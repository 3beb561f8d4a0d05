/** Reads a component's source and its doc comments. */
import { readFileSync } from "node:fs";
import ts from "typescript";

export function readSource(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
}

/** A node's doc comment, without its tags. */
export function textOf(node: ts.Node): string {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return plain(ts.getTextOfJSDocComment(comment?.comment));
}

/** A comment on one line, with links turned into code. */
export function plain(text: string | undefined): string {
  return (text ?? "")
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/\s+/g, " ")
    .trim();
}
