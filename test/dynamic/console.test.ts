/** What Pulumi's process for dynamic providers prints about errors thrown to it. */
import { unprintedError } from "../../provider/dynamic/console";

/** Everything that is printed. */
const printed: unknown[] = [];
const print = console.error;

beforeAll(() => {
  console.error = (...values: unknown[]) => printed.push(...values);
});

afterAll(() => {
  console.error = print;
});

/** Prints an error as that process does. */
function printStack(error: Error): void {
  console.error(`${error}: ${error.stack}`);
}

test("an error that the engine shows is not printed as well, while everything else and every bug still is", () => {
  const [shown, other, bug] = [new Error("shown by the engine"), new Error("of somebody else"), new TypeError("a bug")];
  expect(unprintedError(shown)).toBe(shown);
  expect(unprintedError(bug)).toBe(bug);
  for (const error of [shown, other, bug]) {
    printStack(error);
  }
  console.error("two", "values");
  expect(printed).toEqual([`${other}: ${other.stack}`, `${bug}: ${bug.stack}`, "two", "values"]);
});
