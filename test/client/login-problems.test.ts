/** What errors say about failed logins. */
import { notTried, wrongPassword } from "../../provider/client/auth/login-problems";

const ann = { username: "ann", password: "anns s3cret" };

test.each([
  [false, false, "the device refuses the password of user `ann`"],
  [false, true, "the device refuses the password and the previous password of user `ann`"],
  [true, false, "the device no longer accepts the password of user `ann`"],
])("a wrong password: accepted before %s, the previous one was tried %s", (isProven, triedAlternative, message) => {
  expect(wrongPassword("ann", { isProven, triedAlternative })).toEqual({ message });
});

test("a login that was not tried is named, with what happened before", () => {
  expect(notTried(ann, true)).toEqual({
    message:
      "the password of user `ann` was not tried: earlier logins to this device have failed or were not answered, and one more could lock everybody out",
  });
  expect(notTried(undefined, false)).toEqual({
    message:
      "the token was not tried: earlier logins to this device were not answered, so they may have failed, and one more could lock everybody out",
    remedy: "Check the device's power and network, then run again.",
  });
});
