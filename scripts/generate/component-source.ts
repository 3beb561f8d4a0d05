/** The source of a component, and what its doc comments say. */
import { readFileSync } from "node:fs";
import ts from "typescript";

export function readSource(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
}

/** The doc comment of a node, without its tags. */
export function textOf(node: ts.Node): string {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return plain(ts.getTextOfJSDocComment(comment?.comment));
}

/** A comment in one line, with code for links. */
export function plain(text: string | undefined): string {
  return (text ?? "")
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/\s+/g, " ")
    .trim();
}
