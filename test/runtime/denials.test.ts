/** Writes that lock bits refuse: errors name the bit and the way to clear it, however the device answers. */
import { isProtectedError } from "../../provider/client";
import { dialects } from "../../simulator";
import { onDevice } from "../support/on-device";

const answers = dialects.protectedStatus.values.flatMap((protectedStatus) =>
  dialects.errorBodyForm.values.map((errorBodyForm) => ({ protectedStatus, errorBodyForm })),
);
/** A 409 without a body may just as well mean an invalid value. */
const silent409 = { protectedStatus: 409, errorBodyForm: "empty" } as const;
const telling = answers.filter(
  ({ protectedStatus, errorBodyForm }) => !(protectedStatus === 409 && errorBodyForm === "empty"),
);

const writesRefused = [
  ["User", { name: "fred", password: "freds password" }, "administrator credentials", "credentials"],
  ["ApiClient", { name: "ci", scopes: ["/cred/"] }, "administrator credentials", "credentials"],
  ["Access", { sameSubnetOnly: false }, "network settings", "network"],
  ["Setting", { path: "config/https_ports", value: [8443] }, "network settings", "network"],
] as const;

describe.each(telling.map((settings) => [Object.values(settings).join(", "), settings] as const))(
  "with %s",
  (_name, settings) => {
    test.each(writesRefused)("%s that a lock bit forbids is an error that names the bit", (type, inputs, bit, key) =>
      onDevice({ dialects: settings }, async ({ device, engine }) => {
        device.protection.add(key);
        const before = structuredClone(device.tree);
        const error = await engine.create(type, inputs).catch((thrown: unknown) => thrown);
        expect(isProtectedError(error)).toBe(true);
        expect(String(error)).toMatch(new RegExp(`the lock bit for ${bit} forbids it.*reset button.*Clear lock bits`));
        expect(String(error)).not.toContain("freds password");
        expect(device.tree).toEqual(before);
        device.protection.delete(key);
        await expect(engine.create(type, inputs)).resolves.toBeDefined();
      }),
    );
  },
);

test.each(writesRefused)(
  "%s that is refused with a 409 without a message is an error whose remedy names the bit",
  (type, inputs, bit, key) =>
    onDevice({ dialects: silent409 }, async ({ device, engine }) => {
      device.protection.add(key);
      await expect(engine.create(type, inputs)).rejects.toThrow(
        new RegExp(`refused it \\(409\\).*lock bit for ${bit}.*reset`),
      );
    }),
);

test.each([429, 500, 503])("a device that responds %d without a word keeps the remedy for that", (status) =>
  onDevice({ dialects: { errorBodyForm: "empty" } }, async ({ device, engine }) => {
    device.faults.add({ kind: "status", status, path: "config/https_ports/", method: "PUT", times: "always" });
    const error = await engine
      .create("Setting", { path: "config/https_ports", value: [8443] })
      .catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(/Run again later|then run again/);
    expect(String(error)).not.toContain("lock bit");
  }),
);

test("a user without rights is told about rights, not about lock bits", () =>
  onDevice({}, async ({ device, engine }) => {
    await engine.create("User", { name: "fred", password: "freds password", outletAccess: "all" });
    device.tree.config.allow_rest_nonadmin = true;
    device.protection.add("network");
    const asFred = engine.as({ "dli:username": "fred", "dli:password": "freds password" });
    await expect(asFred.create("Setting", { path: "config/https_ports", value: [8443] })).rejects.toThrow(
      /user `fred` may not change this: it takes the administrator's rights/,
    );
  }));
