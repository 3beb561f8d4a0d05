/** The differences between two readings of a device, as lines for a terminal. */

/** Members that change on their own, or that do not belong on a terminal. */
const leftOut = /(^|\/)(notifications|system|status|cookie_timeout|uptime|time)(\/|$)/;
const secret = /password|token/;

/** One line for each value that differs: `relay/outlets/2/name: "Outlet 3" -> "nas"`. */
export function treeChanges(before: unknown, after: unknown): string[] {
  return differences(before, after, "");
}

function differences(before: unknown, after: unknown, path: string): string[] {
  if (leftOut.test(path) || JSON.stringify(before) === JSON.stringify(after)) {
    return [];
  }
  if (!isContainer(before) || !isContainer(after)) {
    return [`${path}: ${shown(path, before)} -> ${shown(path, after)}`];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => differences(before[name], after[name], path === "" ? name : `${path}/${name}`));
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function shown(path: string, value: unknown): string {
  if (value === undefined) {
    return "nothing";
  }
  if (secret.test(path)) {
    return "[secret]";
  }
  const hidden = JSON.stringify(value, (name, inner) => (secret.test(name) ? "[secret]" : inner));
  return hidden.length > 100 ? `${hidden.slice(0, 99)}…` : hidden;
}
