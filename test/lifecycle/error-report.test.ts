/** When many resources fail alike, each error has the remedy, and the likely one comes first. */
import {
  LoginRefusedError,
  NotSupportedError,
  OtherDeviceError,
  RestDisabledError,
  UnreachableError,
} from "../../provider/client";
import { ErrorReport } from "../../provider/lifecycle/errors/error-report";

const path = "relay/outlets/";
const details = (number: number, message: string) => ({
  device: "rack",
  method: "GET",
  path: `${path}${number}/`,
  message,
});

function told(hint: string | undefined, errors: readonly Error[]): string[] {
  const report = new ErrorReport(() => hint);
  return errors.map((error) => (report.shown(error) as Error).message);
}

test("a refused login: a configuration that may be old comes first, in each error", () => {
  const errors = [1, 2, 3].map((number) => new LoginRefusedError(details(number, "the password is refused")));
  const [first, ...others] = told("If you have changed it, do this.", errors);
  expect(first).toMatch(
    /^device "rack", GET relay\/outlets\/1\/: the password is refused\. If you have changed it, do this\. Otherwise, set the right password/,
  );
  expect(new Set(others)).toEqual(
    new Set(['device "rack": the password is refused. If you have changed it, do this.']),
  );
});

test("what may be old is the password, the token or the address", () => {
  const doubts: string[] = [];
  const report = new ErrorReport((doubt, device) => void doubts.push(`${doubt} of ${device}`));
  for (const isToken of [false, true]) {
    report.shown(new LoginRefusedError({ ...details(1, "no"), isToken }));
  }
  report.shown(new UnreachableError(details(1, "no")));
  report.shown(new RestDisabledError(details(1, "no")));
  report.shown(new OtherDeviceError(details(1, "no")));
  expect(doubts).toEqual(["password of rack", "token of rack", "url of rack", "url of rack"]);
});

test.each([
  [UnreachableError, "Check that the device has power and network, and that dli:url (DLI_URL) is right."],
  [RestDisabledError, /^Tick "Allow REST-style API" on the External APIs page/],
  [LoginRefusedError, "Set the right password with `pulumi config set --secret dli:password` or DLI_PASSWORD."],
])("%p: every further error has the cure", (Class, cure) => {
  const [, second = ""] = told(undefined, [new Class(details(1, "no")), new Class(details(2, "no"))]);
  expect(second.slice('device "rack": no. '.length)).toEqual(
    typeof cure === "string" ? cure : expect.stringMatching(cure),
  );
});

test("what concerns one resource is told in full each time", () => {
  const errors = [1, 2].map((number) => new NotSupportedError(details(number, "there is no such thing")));
  expect(told("never", errors)).toEqual(errors.map(({ message }) => message));
});
