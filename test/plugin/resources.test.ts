/** The calls of a resource's life over gRPC, in the engine's order, for every resource. */
import { resources } from "../../provider/registry";
import { cases, type LifecycleCase } from "../lifecycle/resource-cases";
import { withPlugin } from "./fixture";
import type { Values } from "./plugin-client";

/** Properties as the engine keeps them, with secrets by value, so that they can be sent again. */
function kept(properties: Values): Values {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      const isWrapped = typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value;
      return [name, isWrapped ? (value as Values)["value"] : value];
    }),
  );
}

function topLevel(paths: Iterable<string>): string[] {
  return [...new Set([...paths].map((path) => path.replace(/[.[].*$/, "")))].sort();
}

describe.each(cases.map((life) => [life.type, life] as const))("%s", (type, life: LifecycleCase) => {
  test(`${type} is created, read, diffed, updated, imported and deleted`, () =>
    withPlugin(async ({ client, device, configuration }) => {
      life.prepare?.(device);
      const isAction = resources.find((definition) => definition.type === type)!.family === "action";
      const { inputs, failures } = await client.check(type, life.inputs);
      expect(failures).toEqual([]);
      const news = kept(inputs);

      const created = await client.create(type, news);
      expect(created).toMatchObject({ id: life.id, refreshBeforeUpdate: !isAction });
      const olds = kept(created.properties);
      expect(await client.diff(type, { id: life.id, olds, oldInputs: news, news })).toMatchObject({
        changes: "none",
        details: {},
      });

      const changed = kept((await client.check(type, life.changed, news)).inputs);
      const diff = await client.diff(type, { id: life.id, olds, oldInputs: news, news: changed });
      expect(diff).toMatchObject({ changes: "some", replaces: [] });
      expect(topLevel(Object.keys(diff.details))).toEqual(topLevel(life.changes));
      expect([...diff.diffs].sort()).toEqual(topLevel(life.changes));
      const updated = await client.update(type, life.id, { olds, news: changed });
      const after = kept(updated.properties);

      const read = await client.read(type, life.id, after, changed);
      expect(read).toMatchObject({ id: life.id, refreshBeforeUpdate: !isAction });
      expect(kept(read.inputs!)).toEqual(changed);
      const again = { id: life.id, olds: kept(read.properties!), oldInputs: kept(read.inputs!), news: changed };
      expect(await client.diff(type, again)).toMatchObject({ changes: "none" });

      life.drift(device);
      // The next operation of the engine is a new run, which reads the device anew. Its configuration has the
      // password of the device, as for a person who keeps it up to date.
      const today = Object.entries(life.config?.(device) ?? {}).map(([key, value]) => [key.replace("dli:", ""), value]);
      await client.configure({ ...configuration, ...Object.fromEntries(today) });
      const drifted = await client.read(type, life.id, after, changed);
      const seen = await client.diff(type, { olds: kept(drifted.properties!), news: changed });
      expect(topLevel(Object.keys(seen.details))).toEqual(topLevel(life.drifted));

      if (!isAction) {
        const imported = await client.read(type, life.id);
        const known = kept(imported.inputs!);
        // The program adds what an import cannot know, and nothing else differs.
        const declared = { ...known, ...life.notImported };
        const { inputs: checked, failures: wrong } = await client.check(type, declared, known);
        expect(wrong).toEqual([]);
        const same = { id: life.id, olds: kept(imported.properties!), oldInputs: known, news: kept(checked) };
        const { details } = await client.diff(type, same);
        expect(topLevel(Object.keys(details))).toEqual(topLevel(Object.keys(life.notImported ?? {})));
      }
      if (life.absentId !== undefined) {
        expect(await client.read(type, life.absentId)).toMatchObject({ id: "", properties: undefined });
      }
      await client.delete(type, life.id, after);
      await client.delete(type, life.id, after);
    }));
});
