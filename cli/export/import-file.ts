/** The list that `pulumi import --file` takes. */
import type { NamedResource } from "../../provider/converter/inventory";
import { version } from "../../provider/version";

/** With `adopts`, the program also adopts what exists without an import, as dynamic resources have to. */
export function importFile(found: readonly NamedResource[], { adopts }: { adopts: boolean }) {
  return {
    resources: found.map(({ definition, id, logical, variable }) => ({
      type: `dli:index:${definition.type}`,
      name: variable,
      logicalName: logical,
      id,
      version,
      ...(adopts && definition.family === "created" && { inputs: { adopt: true } }),
    })),
  };
}

/** A summary such as `Outlets, 2 User, Relay`. */
export function countsByType(found: readonly NamedResource[]): string {
  const counts = new Map<string, number>();
  for (const { definition } of found) {
    counts.set(definition.type, (counts.get(definition.type) ?? 0) + 1);
  }
  return [...counts].map(([type, count]) => (count === 1 ? type : `${count} ${type}`)).join(", ");
}
