/** Script: source and boot handler change together. */
import { names, onDevice, writes } from "../support/on-device";

const source = "function restart()\nend\n";

test("a syntax error is an error with the device's message, and the old script stays", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("Script", { source });
    const before = structuredClone(held.state);
    await expect(engine.up(held, { source: "function broken(" })).rejects.toThrow(/PUT script\/source\/.*refused/s);
    expect(device.tree.script.source).toBe(source);
    expect(held.state).toEqual(before);
  }));

test("line endings and trailing white space of a script are ignored", () =>
  onDevice({}, async ({ engine }) => {
    const held = await engine.create("Script", { source });
    expect(await engine.up(held, { source: "function restart()  \r\nend\r\n\r\n" })).toEqual([]);
    expect(names(await engine.up(held, { source: `${source}-- more` }))).toEqual(["source"]);
  }));

test("blank lines at the beginning are ignored, and blanks inside of a long string are not", () =>
  onDevice({}, async ({ device, engine }) => {
    const greeting = "text = [[a\nb]]\n";
    const held = await engine.create("Script", { source: greeting });
    expect(await engine.up(held, { source: `\n \r\n${greeting}` })).toEqual([]);
    expect(names(await engine.up(held, { source: "text = [[a \nb]]\n" }))).toEqual(["source"]);
    expect(device.tree.script.source).toBe("text = [[a \nb]]\n");
    expect(await engine.refresh(held)).toEqual([]);
  }));

test("the boot handler changes together with the source that adds it and removes the old one", () =>
  onDevice({ dialects: { functionReference: "mustExist" } }, async ({ device, engine }) => {
    const held = await engine.create("Script", { source, bootHandler: "restart" });
    await engine.up(held, { source: "function start()\nend\n", bootHandler: "start" });
    expect(device.tree.script).toMatchObject({ source: "function start()\nend\n", boot_handler: "start" });
    expect(held.state["functions"]).toEqual(["start"]);
  }));

test("a script that is already right is not written", () =>
  onDevice({}, async ({ device, engine }) => {
    device.changeByHand("script/source", source);
    await engine.create("Script", { source, traced: false });
    expect(writes(device)).toEqual([]);
  }));

test.each(["Script", "ScriptSnippet"])("the byte order mark of a file from an editor is refused as the %s", (type) =>
  onDevice({}, async ({ device, engine }) => {
    const inputs = { ...(type === "ScriptSnippet" && { name: "a" }), source: `\ufeff${source}` };
    await expect(engine.create(type, inputs)).rejects.toThrow(/source has a byte order mark at its beginning/);
    expect(device.journal.count()).toBe(0);
  }),
);
