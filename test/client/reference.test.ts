/** References from one part of the device's tree to another. */
import { type Json, refOf, refPath, resolveRefs } from "../../provider/client";

test("a reference is appended to the path that was read", () => {
  expect(String(refPath("config", "serial/"))).toBe("config/serial/");
  expect(String(refPath("", "relay/outlets/"))).toBe("relay/outlets/");
  expect(String(refPath("config", "/restapi/relay/name/"))).toBe("relay/name/");
  expect(() => refPath("config", "//evil.invalid/")).toThrow("does not lead");
  expect(() => refPath("config", "../auth/")).toThrow("write !..");
  expect(() => refPath("config", "/elsewhere/")).toThrow("does not lead");
  expect(() => refPath("config", "a//b/")).toThrow("does not lead");
});

test("only an object with nothing but a $ref is a reference", () => {
  expect(refOf({ $ref: "a/" })).toBe("a/");
  for (const value of [{ $ref: 1 }, { $ref: "a", more: 1 }, "a", null, [], undefined]) {
    expect(refOf(value)).toBeUndefined();
  }
});

test("references are replaced by what a read returns, at any depth", async () => {
  const tree: Record<string, Json> = {
    "config/serial/": "ABC",
    "config/ports/": [80, { $ref: "0/" }],
    "config/ports/0/": null,
  };
  const reads: string[] = [];
  const read = async (path: { toString(): string }) => {
    reads.push(String(path));
    return tree[String(path)] ?? null;
  };
  const value: Json = { serial: { $ref: "serial/" }, list: [{ $ref: "ports/" }], plain: 1 };
  expect(await resolveRefs("config", value, read)).toEqual({ serial: "ABC", list: [[80, null]], plain: 1 });
  expect(reads).toEqual(["config/serial/", "config/ports/", "config/ports/0/"]);
});

test("references are followed eight deep, and no deeper", async () => {
  const chain = (depth: number) => (path: { toString(): string }) => {
    const at = String(path).split("/").length - 1;
    return Promise.resolve<Json>(at < depth ? { $ref: "a/" } : "end");
  };
  expect(await resolveRefs("", { $ref: "a/" }, chain(8))).toBe("end");
  await expect(resolveRefs("", { $ref: "a/" }, chain(9))).rejects.toThrow("references lead more than 8 deep");
});

test("endless references are an error", async () => {
  await expect(resolveRefs("", { $ref: "a/" }, async () => ({ $ref: "a/" }))).rejects.toThrow("more than 8 deep");
});
