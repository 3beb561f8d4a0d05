/** The schema's enumerations are values of the SDK, under the names that programs written by Pulumi use. */
import { packageSchema } from "../../provider/plugin/schema/package-schema";
import * as dli from "../../sdk";

const types = packageSchema()["types"] as Record<string, { enum?: { value: string }[] }>;
const enumerations = Object.entries(types).flatMap(([token, type]) =>
  type.enum ? [[token.split(":").at(-1) as string, type.enum.map(({ value }) => value)] as const] : [],
);

test("there are some", () => {
  expect(enumerations.length).toBeGreaterThan(5);
});

test.each(enumerations)("%s has every value", (name, values) => {
  const constant = (dli as unknown as Record<string, Record<string, string>>)[name];
  const names = values.map((value) => value.charAt(0).toUpperCase() + value.slice(1));
  expect(constant).toEqual(Object.fromEntries(names.map((member, at) => [member, values[at]])));
});
