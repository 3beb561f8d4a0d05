/** The path steps that a name in a request may mean to a device, or to a server in front of it, that parses loosely. */
import { all, MatrixSegment, type Segment } from "../../client";

/** A name as a loosely parsing device may read it: `State` as `state`. */
export function looselyRead(name: string): string {
  return name.trim().toLowerCase();
}

/** The steps that a segment may mean; `undefined` if it may lead anywhere. */
export function stepsIn(segment: Segment): Segment[] | undefined {
  if (!(segment instanceof MatrixSegment)) {
    return stepsOfName(segment);
  }
  const { names } = segment;
  if (names === undefined) {
    return stepsOfName(segment.text) && [segment];
  }
  const read = names.map(stepsOfName);
  return read.includes(undefined) ? undefined : [read.every((steps) => steps?.length === 1) ? segment : all];
}

/** The steps that a member's name may mean; `undefined` if it may lead anywhere. */
export function stepsOfName(name: string): string[] | undefined {
  if (name === "." || name === "..") {
    // The client escapes it, so it is a name like any other.
    return [name];
  }
  const text = resolved(name);
  if (text === undefined) {
    return undefined;
  }
  const steps = text
    .split(/[/\\]/)
    .map(looselyRead)
    .filter((step) => step !== "");
  // Some parsers end a name, or the whole path, at the first NUL.
  return steps.some((step) => step === "." || step === ".." || step.includes("\0")) ? undefined : steps;
}

/** More often than anything between us and the device decodes a name. */
const mostDecodings = 8;

/**
 * A name decoded as often as possible, since anything that a request passes on its way may decode it once more;
 * `undefined` if that has no end in sight.
 */
function resolved(name: string): string | undefined {
  let text = name;
  for (let times = 0; times <= mostDecodings; times++) {
    const decoded = text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
      Buffer.from(run.replaceAll("%", ""), "hex").toString(),
    );
    if (decoded === text) {
      return text;
    }
    text = decoded;
  }
  return undefined;
}
