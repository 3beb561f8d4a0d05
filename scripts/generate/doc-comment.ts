/** Prints doc comments. */
const width = 116;

/** A doc comment with these paragraphs, wrapped, ending with a line break. */
export function docComment(paragraphs: readonly string[], indent: string): string {
  const lines = paragraphs.flatMap((paragraph) => wrap(paragraph, width - indent.length - 3));
  if (lines.length === 1 && `${indent}/** ${lines[0]} */`.length <= width + 4) {
    return `${indent}/** ${lines[0]} */\n`;
  }
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`).join("\n")}\n${indent} */\n`;
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.replaceAll("*/", "*\\/").split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
