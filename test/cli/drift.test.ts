/** What `dli drift` turns a preview in JSON into: a table with times, which no text from a device can break. */
import fc from "fast-check";
import { findingsIn } from "../../cli/drift/findings";
import { historyIn, lastAgreement, type Update } from "../../cli/drift/history";
import { code, markdown } from "../../cli/drift/markdown";
import { type Drift, exitCodeFor, type StackReport } from "../../cli/drift/report";

const urnOf = (type: string, name: string) => `urn:pulumi:lab::power::lab:Rack$${type}::${name}`;

/** A step of a preview on one resource, as the engine writes it. */
function step(type: string, name: string, op: string, more: object = {}) {
  const urn = urnOf(type, name);
  const state = { urn, type, inputs: { device: "rack7" }, outputs: { device: "rack7" } };
  return { op, urn, oldState: state, newState: state, detailedDiff: null, ...more };
}

const previewOf = (steps: object[], diagnostics: object[] = []) => JSON.stringify({ steps, diagnostics });

const changesOf = (...steps: object[]) => findingsIn(previewOf(steps))?.changes ?? [];

const found = (...steps: object[]) =>
  changesOf(...steps).map(({ device, resource, field, declared, found: is }) => [
    device,
    resource,
    field,
    declared,
    is,
  ]);

/** An update of these inputs from one value to another. */
function changed(type: string, old: object, fresh: object, fields: string[], more: object = {}) {
  const one = step(type, "one", "update");
  return {
    ...one,
    oldState: { ...one.oldState, inputs: { device: "rack7", ...old }, ...more },
    newState: { ...one.newState, outputs: { device: "rack7", ...fresh } },
    detailedDiff: Object.fromEntries(fields.map((field) => [field, { kind: "update" }])),
  };
}

describe("a preview", () => {
  test("names device, resource and field with both values, native or dynamic", () => {
    const old = { outlets: { 3: { name: "web", state: true } } };
    const fresh = { outlets: { 3: { name: "by hand", state: true } } };
    for (const type of ["dli:index:Outlets", "pulumi-nodejs:dynamic/dli:Outlets"]) {
      expect(found(changed(type, old, fresh, ['outlets["3"].name']))).toEqual([
        ["rack7", "Outlets one", 'outlets["3"].name', "web", "by hand"],
      ]);
    }
  });

  test.each(["error: no stack selected", "null", "[]", '{"steps":{}}', '{"steps":[{"op":"update"}]}'])(
    "is not found in the text %s",
    (text) => expect(findingsIn(text)).toBeUndefined(),
  );

  test("of what is as declared has nothing, of what is gone the whole resource, and of a change without a field that", () => {
    const steps = [
      step("dli:index:Outlet", "same", "refresh"),
      step("dli:index:User", "ann", "delete", { newState: undefined }),
      step("aws:s3:Bucket", "logs", "update"),
      step("aws:s3:Bucket", "old", "update", { diffReasons: ["tags"] }),
    ];
    expect(found(...steps)).toEqual([
      [undefined, "Bucket logs", "", undefined, undefined],
      [undefined, "Bucket old", "tags", undefined, undefined],
      ["rack7", "User ann", "", "there", "not there"],
    ]);
  });

  test("keeps a change whose field is not written as a path, such as another provider's with an escape of Go", () => {
    const fields = ['tags["a\\x01"]', "name"];
    expect(found(changed("aws:s3:Bucket", { name: "a" }, { name: "a" }, fields))).toEqual([
      [undefined, "Bucket one", "name", "a", "a"],
      [undefined, "Bucket one", fields[0], undefined, undefined],
    ]);
  });

  test("with a provider of the program names that in the place of `default`", () => {
    const provider = (name: string) => `urn:pulumi:lab::power::pulumi:providers:dli::${name}::0a-1b`;
    const at = (name: string) =>
      changed("dli:index:Outlet", { device: "default", name: "a" }, { name: "b" }, ["name"], {
        provider: provider(name),
      });
    expect(found(at("rack1"), at("default_0_1_0")).map(([device]) => device)).toEqual(["default", "rack1"]);
  });

  test.each([
    ["that the engine calls so", "Setting", { value: "[secret]" }, { value: "[secret]" }, "value"],
    [
      "by its definition, whatever the engine shows",
      "User",
      { password: "Geheim-1" },
      { password: "Geheim-2" },
      "password",
    ],
    ["under a condition", "Setting", { secret: true, value: "Geheim-1" }, { secret: true, value: "Geheim-2" }, "value"],
    ["a part of it", "Setting", { value: "[secret]" }, { value: { a: "x" } }, "value.a"],
    [
      "that the program has marked",
      "Outlet",
      { name: "Geheim-1", __secrets: [["name"]] },
      { name: "Geheim-2", __secrets: [["name"]] },
      "name",
    ],
  ])("does not show a secret %s", (_what, type, old, fresh, field) => {
    const changes = changesOf(changed(`dli:index:${type}`, old, fresh, [field]));
    expect(changes.map((change) => change.declared)).toEqual(["[secret]"]);
    const report = markdown([
      { stack: "lab", changes: changes.map((one) => ({ ...one, after: undefined })), failures: [] },
    ]);
    expect(report).toContain(" a secret |");
    expect(report).not.toContain("Geheim");
  });

  test("is in the order of devices, resources and fields as people count, whatever order the engine has", () => {
    const at = (device: string, name: string, field: string) => ({
      ...step("dli:index:Outlets", name, "update"),
      oldState: { urn: urnOf("dli:index:Outlets", name), type: "dli:index:Outlets", inputs: { device } },
      detailedDiff: { [field]: {} },
    });
    const steps = [
      at("rack10", "a", "outlets"),
      at("rack2", "b", 'outlets["10"].name'),
      at("rack2", "b", 'outlets["9"].name'),
      at("rack2", "a", "outlets"),
      step("aws:s3:Bucket", "logs", "update"),
    ];
    expect(found(...steps).map(([device, resource, field]) => [device, resource, field])).toEqual([
      [undefined, "Bucket logs", ""],
      ["rack2", "Outlets a", "outlets"],
      ["rack2", "Outlets b", 'outlets["9"].name'],
      ["rack2", "Outlets b", 'outlets["10"].name'],
      ["rack10", "Outlets a", "outlets"],
    ]);
    const errors = ["b", "a"].map((name) => ({
      urn: urnOf("dli:index:Outlets", name),
      message: "x",
      severity: "error",
    }));
    const failing = [at("rack10", "b", "outlets"), at("rack9", "a", "outlets")];
    expect(findingsIn(previewOf(failing, errors))?.failures.map(({ device }) => device)).toEqual(["rack9", "rack10"]);
  });

  test("that failed has one line for each device, and beside it what was found on the others", () => {
    const steps = [
      { ...step("dli:index:Outlet", "a", "refresh") },
      { ...step("dli:index:Outlet", "b", "refresh") },
      changed("dli:index:Outlet", { device: "rack1", name: "a" }, { device: "rack1", name: "b" }, ["name"]),
    ];
    const error = (name: string) => ({
      urn: urnOf("dli:index:Outlet", name),
      message: `error: Preview failed: device "rack7": cannot be reached.\n`,
      severity: "error",
    });
    const general = { message: "error: preview failed\n", severity: "error" };
    const warning = { message: "warning: sent over http://\n", severity: "warning" };
    expect(findingsIn(previewOf(steps, [error("a"), error("b"), general, warning]))).toMatchObject({
      failures: [{ device: "rack7", resource: "Outlet a", message: 'device "rack7": cannot be reached.' }],
      changes: [{ device: "rack1" }],
      warnings: ["sent over http://"],
    });
    expect(findingsIn(previewOf([], [general]))?.failures).toEqual([
      { device: undefined, resource: undefined, message: "preview failed" },
    ]);
  });
});

describe("what could not be compared on one device", () => {
  const [unreachable, refused] = ["nothing listens at http://192.0.2.1", "the device failed (500)"];
  const advice = "Check that the device has power; then run again.";
  const full = `device "rack7", GET config/serial/: ${unreachable}. ${advice}`;
  const brief = `device "rack7": ${unreachable}. Check that the device has power.`;
  const failed = ["script/", "auth/"].map((path) => `device "rack7", GET ${path}: ${refused}. Run again.`);
  const messagesOf = (messages: string[]) => {
    const names = messages.map((_message, index) => `r${index}`);
    const steps = names.map((name) => step("dli:index:Outlet", name, "refresh"));
    const errors = messages.map((message, index) => ({
      urn: urnOf("dli:index:Outlet", `r${index}`),
      message: `error: ${message}\n`,
      severity: "error",
    }));
    return findingsIn(previewOf(steps, errors))?.failures.map(({ message }) => message);
  };

  test("is listed for each reason, as a resource may fail in another way than the rest", () => {
    expect(messagesOf([failed[0]!, failed[1]!, failed[0]!])).toEqual(failed);
    expect(messagesOf([failed[0]!, full])).toEqual([failed[0], full]);
  });

  test.each([[[brief, full, brief]], [[full, brief]]])(
    "is said in full, once, of a device that fails as a whole",
    (all) => {
      expect(messagesOf(all)).toEqual([full]);
      expect(messagesOf([brief, brief])).toEqual([brief]);
    },
  );
});

describe("since when", () => {
  const modified = "2026-03-01T10:00:00Z";
  const update = (hour: number, more: Partial<Update> = {}): Update => ({
    kind: "update",
    result: "succeeded",
    endTime: `2026-03-01T${hour}:00:00.000Z`,
    environment: {},
    ...more,
  });
  const state = (more: object = {}) => ({ urn: "", type: "", modified, ...more });
  // As the engine writes it, whatever the flag's value.
  const refresh = { "pulumi.flag.refresh": "set" };

  test.each([
    ["the state was changed, where no update has read the device since", state(), [update(12)], 10],
    ["an update that has read it", state(), [update(13), update(12, { environment: refresh })], 12],
    ["any update, where the engine always reads it", state({ refreshBeforeUpdate: true }), [update(12)], 12],
    ["a refresh", state(), [update(13), update(12, { kind: "refresh" })], 12],
    [
      "the state was changed, where the update was of other resources",
      state(),
      [update(12, { environment: { ...refresh, "pulumi.flag.target": "a" } })],
      10,
    ],
    [
      "the state was changed, where the update has failed",
      state(),
      [update(12, { environment: refresh, result: "failed" })],
      10,
    ],
  ])("%s", (_what, resource, history, hour) => {
    expect(lastAgreement(resource, history)).toBe(`2026-03-01T${hour}:00:00.000Z`);
  });

  test("nothing is said where nothing is known", () => {
    expect(lastAgreement({ urn: "", type: "" }, [update(12)])).toBeUndefined();
  });

  test.each(["null", "{}", "[null]", "some text", "", '[3, {"kind": 3}, []]'])(
    "nothing is made of a history that is %j",
    (text) => {
      expect(historyIn(text)).toEqual([]);
    },
  );

  test("what is read of a history leaves out what is none", () => {
    const one = { kind: "update", result: "succeeded", environment: null };
    expect(historyIn(JSON.stringify([null, one]))).toEqual([one]);
    expect(lastAgreement(state(), historyIn(JSON.stringify([one])))).toBe("2026-03-01T10:00:00.000Z");
  });

  test("what the state has known before has no time, also where it is another value by now", () => {
    const changes = (was: object) => {
      const known = { outputs: { device: "rack7", ...was } };
      return changesOf(changed("dli:index:Outlet", { name: "a" }, { name: "b" }, ["name"], known));
    };
    const states = [{ name: "b" }, { name: "c" }, {}, { name: "a" }];
    expect(states.flatMap(changes).map(({ isKnown }) => isKnown)).toEqual([true, true, true, false]);
    // What the state had before is hidden as what is declared is, and may be the same or not.
    const secret = changed("dli:index:Outlet", { name: "[secret]" }, { name: "[secret]" }, ["name"], {
      outputs: { device: "rack7", name: "[secret]" },
    });
    expect(changesOf(secret).map(({ isKnown }) => isKnown)).toEqual([true]);
  });
});

describe("the report", () => {
  const change = (more: Partial<Drift> = {}): Drift => ({
    device: "rack7",
    resource: "Outlet web",
    urn: "urn",
    field: "name",
    declared: "web",
    found: "x",
    after: "2026-03-01T10:00:59.000Z",
    ...more,
  });
  const report = (more: Partial<StackReport> = {}): StackReport => ({
    stack: "lab",
    changes: [],
    failures: [],
    ...more,
  });
  const failure = { device: "rack2", resource: undefined, message: "cannot be reached" };

  /** The cells of a row as GitHub takes it apart: a pipe behind a backslash is text. */
  const cellsOf = (row: string) => row.split(/(?<!\\)\|/).slice(1, -1);

  test("has a table of what differs, one of what nobody knows, and the stacks that are as declared", () => {
    const text = markdown([
      report({ changes: [change()] }),
      report({ stack: "hut", failures: [failure] }),
      report({ stack: "barn" }),
    ]);
    expect(text).toBe(
      [
        "### 1 field is not as declared",
        "",
        "| Stack | Device | Resource | Field | Declared | Found | Changed after |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        '| `lab` | `rack7` | `Outlet web` | `name` | `"web"` | `"x"` | 2026-03-01 10:00 UTC |',
        "",
        "### 1 stack is not compared",
        "",
        "| Stack | Device | Why |",
        "| --- | --- | --- |",
        "| `hut` | `rack2` | `cannot be reached` |",
        "",
        "As declared: `barn`.",
        "",
      ].join("\n"),
    );
  });

  test("ends with 7 for a difference, and never with 0 or 7 where something is not known", () => {
    expect(exitCodeFor([report(), report()])).toBe(0);
    expect(exitCodeFor([report(), report({ changes: [change()] })])).toBe(7);
    expect(exitCodeFor([report({ failures: [failure] }), report({ changes: [change()] })])).toBe(1);
  });

  test("ends with 2 where nothing but the command or the configuration is wrong", () => {
    const mistake = { ...failure, exitCode: 2 };
    expect(exitCodeFor([report({ failures: [mistake] }), report({ changes: [change()] })])).toBe(2);
    expect(exitCodeFor([report({ failures: [mistake] }), report({ failures: [failure] })])).toBe(1);
  });

  test("whatever a device says, it stays in its cell, as code, on its line", () => {
    const text = fc.string({
      unit: fc.constantFrom("`", "|", "\\", " ", "\n", "\r", "a", "<", "@", "\u001b", "\u202e", "é"),
    });
    fc.assert(
      fc.property(text, text, text, (name, device, message) => {
        const changes = [change({ found: name, device, resource: name, field: name || "f" })];
        const lines = markdown([report({ changes, failures: [{ device, resource: undefined, message }] })]).split("\n");
        const rows = lines.filter((line) => line.startsWith("|"));
        expect(rows.map((row) => cellsOf(row).length)).toEqual([7, 7, 7, 3, 3, 3]);
        const cells = [...cellsOf(rows[2] ?? "").slice(0, 6), ...cellsOf(rows[5] ?? "")];
        for (const cell of cells) {
          const [, fence = "", inner = ""] = /^ (`+)([\s\S]*)\1 $/.exec(cell) ?? [];
          expect(fence).not.toBe("");
          expect([...inner.matchAll(/`+/g)].map(([run]) => run.length)).not.toContain(fence.length);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be in it.
          expect(cell).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
        }
      }),
    );
  });

  test("shows blanks that would not be seen, cuts what is long, and says how many rows it leaves out", () => {
    expect(markdown([report({ changes: [change({ found: "a  b\u00a0c" })] })])).toContain(
      '`"a\\u0020\\u0020b\\u00a0c"`',
    );
    expect(code("x".repeat(2000), 20)).toBe(`\`${"x".repeat(20)}...\``);
    const text = markdown([report({ changes: Array.from({ length: 2000 }, () => change()) })]);
    expect(text.length).toBeLessThan(40_000);
    expect(text).toMatch(/^And \d+ more: `dli drift --format json` has all of them\.$/m);
    const same = markdown(Array.from({ length: 2000 }, (_, at) => report({ stack: `site-with-a-name-${at}` })));
    expect(same.length).toBeLessThan(20_000);
    expect(same).toMatch(/^As declared: `site-with-a-name-0`, .*`, and \d+ more\.$/m);
  });
});
