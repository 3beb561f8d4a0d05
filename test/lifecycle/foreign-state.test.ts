/** What a state keeps of a device that has been replaced: what the program said, never what the new device may lack. */
import { adoptedAnew, stateToRecreate, stateToRefresh } from "../../provider/lifecycle/state/foreign-state";
import { definitionOf } from "../../provider/registry";

const user = definitionOf("User")!;
const client = definitionOf("ApiClient")!;
const outlet = definitionOf("Outlet")!;

const ann = {
  device: "rack",
  name: "ann",
  password: "anns password",
  isAllowed: true,
  managed: ["isAllowed", "password"],
  deviceSerial: "OLD-1",
};

test("an update makes everything again, with the token that was generated", () => {
  expect(stateToRecreate(user, ann)).toEqual({ device: "rack", name: "ann" });
  const token = { device: "rack", name: "ci", token: "t0ken", managed: [] };
  expect(stateToRecreate(client, token)).toEqual({ device: "rack", name: "ci", token: "t0ken" });
});

test("a refresh keeps the declared secrets apart, since the new device may lack them", () => {
  const { password, ...shown } = ann;
  expect(stateToRefresh(user, ann)).toEqual({ ...shown, unmet: { password } });
  const { password: _unset, ...without } = { ...ann, managed: ["isAllowed"] };
  expect(stateToRefresh(user, without)).toEqual(without);
  expect(stateToRefresh(user, { ...ann, unmet: { isAllowed: false, password: "older" } })).toMatchObject({
    unmet: { isAllowed: false, password: "older" },
  });
});

test("a refresh keeps the generated token, the baseline and which values the program gives as secrets", () => {
  const token = { device: "rack", name: "ci", token: "t0ken", managed: [], tokenSha256: "0".repeat(64) };
  expect(stateToRefresh(client, token)).toEqual(token);
  const web = { device: "rack", number: 3, name: "web", managed: ["name"], baseline: { name: "Outlet 3" } };
  expect(stateToRefresh(outlet, web)).toEqual(web);
});

test("what the new device has becomes the baseline of what is managed, or after an import of everything", () => {
  const web = { device: "rack", number: 3, name: "new", critical: true, baseline: { name: "Outlet 3" } };
  const baselineOf = (managed: string[]) => adoptedAnew(outlet, { ...web, managed })["baseline"];
  expect(baselineOf(["name"])).toEqual({ name: "new" });
  expect(baselineOf(["*"])).toEqual({ name: "new", critical: true });
  expect(adoptedAnew(user, ann)).toBe(ann);
});
