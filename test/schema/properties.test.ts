/** Values taken apart by their paths, for inputs of every kind. */
import { type Json, SecretName } from "../../provider/client";
import { definitionOf } from "../../provider/registry";
import { Properties } from "../../provider/schema/properties";
import { marksName } from "../../provider/schema/secrecy";
import { unknownValue } from "../../provider/schema/unknown";

const of = (type: string, values: Parameters<typeof Properties.of>[1]) => Properties.of(definitionOf(type)!, values);

test("values are taken apart by their paths, and put together again without outputs", () => {
  const values = { device: "default", outlets: { 1: { name: "router", state: true }, 4: { enforce: "physical" } } };
  const properties = of("Outlets", { ...values, status: { 1: { locked: false } } });
  expect(properties.paths).toEqual(['outlets["1"].name', 'outlets["1"].state', 'outlets["4"].enforce', "device"]);
  expect(properties.managed().paths).toEqual(['outlets["1"].name', 'outlets["1"].state']);
  expect(properties.get('outlets["1"].state')).toBe(true);
  expect(properties.has('outlets["2"].state')).toBe(false);
  expect(properties.toObject()).toEqual(values);
});

test("an entry or a value of any name stays what it is, and changes no other object", () => {
  for (const text of [
    '{"outlets":{"__proto__":{"name":"evil","state":true},"constructor":{"name":"x"}}}',
    '{"outlets":{"__proto__":"evil"}}',
  ]) {
    expect(JSON.stringify(of("Outlets", JSON.parse(text)).toObject())).toBe(text);
    expect(Object.keys(Object.prototype)).toEqual([]);
  }
});

test("a value that is not of the expected form is a property as a whole", () => {
  const values = { outlets: "unknown" };
  expect(of("Outlets", values).paths).toEqual(["outlets"]);
  expect(of("Outlets", values).toObject()).toEqual(values);
  expect(of("Outlets", { outlets: { 1: "unknown" } }).paths).toEqual(['outlets["1"]']);
});

test("a secret is what the definition calls one, or an instruction among the values", () => {
  expect(of("User", { name: "fred", password: "sw0rdfish", outletAccess: [1] }).secrets).toEqual(["sw0rdfish"]);
  expect(of("Setting", { path: "config/hostname", value: "x", secret: true }).secrets).toEqual(["x"]);
  expect(of("Setting", { path: "config/hostname", value: "x", secret: false }).secrets).toEqual([]);
  // It may turn out to be true.
  expect(of("Setting", { path: "config/hostname", value: "x", secret: unknownValue }).secrets).toEqual(["x"]);
});

test("names inside a secret are hidden too, but not those beside it", () => {
  const value = { topic: "x", login: { password: "sw0rdfish" } };
  const hidden = (values: Record<string, Json>) =>
    of("Setting", { path: "mqtt", value, ...values }).secrets.flatMap((one) =>
      one instanceof SecretName ? one.name : [],
    );
  expect(hidden({})).toEqual([]);
  expect(hidden({ secret: true })).toEqual(["topic", "login", "password"]);
  expect(hidden({ [marksName]: [["value"]] })).toEqual(["topic", "login", "password"]);
  expect(hidden({ [marksName]: [["value", "login"]] })).toEqual(["password"]);
  expect(hidden({ [marksName]: [["value", "login", "password"]] })).toEqual([]);
});

test("values agree where the device would take one for the other", () => {
  const declared = of("User", { name: "fred", outletAccess: [5, 2] });
  expect(declared.agrees("outletAccess", [2, 5])).toBe(true);
  expect(declared.agrees("outletAccess", [2])).toBe(false);
  expect(declared.agrees("outletAccess", undefined)).toBe(false);
  expect(declared.agrees("isAllowed", undefined)).toBe(true);
  expect(declared.agrees("isAllowed", true)).toBe(false);
});

test("values are completed by others only where there are none, and null is one", () => {
  const observed = of("Outlet", { number: 1, cycleDelaySeconds: null });
  const completed = observed.completedBy(of("Outlet", { cycleDelaySeconds: 5, name: "web" }));
  expect(completed.toObject()).toEqual({ number: 1, cycleDelaySeconds: null, name: "web" });
});
