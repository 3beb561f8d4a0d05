/** ScriptSnippet: names, shared reads and adoption. */
import { onDevice, writes } from "../support/on-device";

test("a snippet may have any name, and other snippets stay", () =>
  onDevice({}, async ({ device, engine }) => {
    device.changeByHand("script/snippets/mine", { source: "log.notice('mine')" });
    const odd = ["a/b", "50% off; x=1,2", ".", "ä"];
    const held = await engine.createAll(
      odd.map((name) => ({ type: "ScriptSnippet", inputs: { name, source: `-- ${name}` } })),
    );
    expect(Object.keys(device.tree.script.snippets).sort()).toEqual([...odd, "mine"].sort());
    expect(await engine.refreshAll(held)).toEqual([[], [], [], []]);
    for (const { id, inputs } of held) {
      const { name, source } = inputs;
      expect((await engine.import("ScriptSnippet", id))?.inputs).toEqual({ name, source });
    }
    await engine.destroy(...held);
    expect(device.tree.script.snippets).toEqual({ mine: { source: "log.notice('mine')" } });
  }));

test("all snippets and the script share one read", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.createAll([
      { type: "Script", inputs: { source: "function hello()\nend\n" } },
      ...["a", "b", "c"].map((name) => ({ type: "ScriptSnippet", inputs: { name, source: `-- ${name}` } })),
    ]);
    device.journal.clear();
    await engine.refreshAll(held);
    expect(device.journal.filter({ path: "script/" }).filter(({ status }) => status === 200)).toHaveLength(1);
  }));

test("a snippet that already exists is not overwritten unless it is adopted", () =>
  onDevice({}, async ({ device, engine }) => {
    device.changeByHand("script/snippets/greet", { source: "log.notice('theirs')" });
    const inputs = { name: "greet", source: "log.notice('ours')" };
    await expect(engine.create("ScriptSnippet", inputs)).rejects.toThrow(/already exists on the device.*adopt: true/);
    expect(writes(device)).toEqual([]);
    await engine.create("ScriptSnippet", { ...inputs, adopt: true });
    expect(writes(device)).toEqual(["PUT script/snippets/greet/source/"]);
    expect(device.tree.script.snippets["greet"]?.source).toBe("log.notice('ours')");
  }));
