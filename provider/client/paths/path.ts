/** Paths in the device's tree. */
import { InvalidPathError } from "../errors/errors";
import { encodeSegment, MatrixSegment } from "./matrix-segment";

/** A path below `/restapi/`: a DevicePath or its text, such as `relay/outlets/=0,4/state`. */
export type PathLike = DevicePath | string;

/** One segment of a path: a member's name or a 0-based index, or a selection of several. */
export type Segment = string | MatrixSegment;

/** A path below `/restapi/`. Created by {@link devicePath}. */
export class DevicePath {
  readonly #text: string;

  /** @param segments Decoded segments. */
  constructor(readonly segments: readonly Segment[]) {
    this.#text = segments
      .map((segment) => `${typeof segment === "string" ? encodeSegment(segment) : segment.text}/`)
      .join("");
  }

  /** Percent-encoded, with a slash at the end and none at the start; empty for the root. */
  toString(): string {
    return this.#text;
  }

  toJSON(): string {
    return this.#text;
  }

  /** The path of something inside this one. */
  join(...segments: Array<string | number | MatrixSegment>): DevicePath {
    return new DevicePath([...this.segments, ...segments.map(normalise)]);
  }

  /** The path without its last segment; the root's parent is the root. */
  get parent(): DevicePath {
    return new DevicePath(this.segments.slice(0, -1));
  }

  /** The part before the first matrix segment: it certainly contains everything that this path names. */
  get container(): DevicePath {
    const matrix = this.segments.findIndex((segment) => typeof segment !== "string");
    return matrix < 0 ? this : new DevicePath(this.segments.slice(0, matrix));
  }

  /** Whether this path names several things at once; such a request is answered with a list. */
  get isMatrix(): boolean {
    return this.segments.some((segment) => typeof segment !== "string");
  }

  /** Whether the other path is this one or below it. Matrix segments are compared as text. */
  contains(other: DevicePath): boolean {
    return other.#text.startsWith(this.#text);
  }

  /** Whether one of the two paths contains the other. */
  isRelatedTo(other: DevicePath): boolean {
    return this.contains(other) || other.contains(this);
  }
}

function normalise(segment: string | number | MatrixSegment): Segment {
  if (segment instanceof MatrixSegment) {
    return segment;
  }
  if (typeof segment === "number" && !(Number.isInteger(segment) && segment >= 0)) {
    throw new InvalidPathError({
      message: `${segment} cannot be an index in a path; indices are whole and start at 0`,
    });
  }
  if (segment === "") {
    throw new InvalidPathError({ message: "a segment of a path cannot be empty" });
  }
  return String(segment);
}

function build(...segments: Array<string | number | MatrixSegment>): DevicePath {
  return new DevicePath(segments.map(normalise));
}

function parse(text: string): DevicePath {
  if (/[?#]/.test(text)) {
    throw new InvalidPathError({ path: text, message: "the path contains a bare ? or #" });
  }
  const inner = text
    .trim()
    .replace(/^\/restapi(?=\/|$)/, "")
    .replace(/^\//, "")
    .replace(/\/$/, "");
  if (inner === "") {
    return new DevicePath([]);
  }
  return new DevicePath(inner.split("/").map((segment) => parseSegment(segment, text)));
}

function parseSegment(segment: string, whole: string): Segment {
  const wrong = (what: string) => new InvalidPathError({ path: whole, message: `the path ${what}` });
  if (segment === "") {
    throw wrong("contains an empty segment");
  }
  if (/[=;,]/.test(segment)) {
    return MatrixSegment.parse(segment, wrong);
  }
  if (segment === "." || segment === "..") {
    throw wrong(`contains \`${segment}\`; write !${segment} for a key of that name`);
  }
  if (segment === "!." || segment === "!..") {
    return segment.slice(1);
  }
  if (segment.startsWith("!")) {
    throw wrong("contains a segment with a reserved ! at its start; write %21");
  }
  return MatrixSegment.decode(segment, wrong);
}

/**
 * Creates a path below `/restapi/` from names, 0-based indices and matrix segments, percent-encoded as the vendor asks:
 * `devicePath("relay", "outlets", 2, "state")`, `devicePath("auth", "users", where({ name: "fred" }))`.
 * `devicePath.parse` reads the text of a path, with or without slashes at its ends or `/restapi` before it.
 * @throws InvalidPathError when a segment is empty, or the text is not a path.
 * @see REST-style API Reference: address space, matrix URIs.
 */
export const devicePath = Object.assign(build, { parse });

/** The path in either form, as a DevicePath. */
export function toPath(path: PathLike): DevicePath {
  return path instanceof DevicePath ? path : parse(path);
}

/** One, several or no paths as a list. */
export function toPaths(paths: PathLike | readonly PathLike[] | undefined): DevicePath[] | undefined {
  if (paths === undefined) {
    return undefined;
  }
  return (typeof paths === "string" || paths instanceof DevicePath ? [paths] : paths).map(toPath);
}
