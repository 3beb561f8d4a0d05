/** What is told from the command line of `pulumi`: whether it deletes all that the state has. */
import { deletesIn } from "../../provider/devices/engine-command";

test.each<[boolean, string]>([
  [true, "destroy"],
  [true, "destroy --preview-only --refresh"],
  [true, "-s dev down --yes"],
  [true, "dn"],
  // Of a program that has declared nothing it is not known whether it is empty or has failed.
  [false, "up --yes"],
  [false, "preview"],
  [false, "refresh --preview-only"],
  [false, "import dli:index:Outlet web default/outlets/3"],
  // A stack may be called like a command: what could be another one is none.
  [false, "refresh -s destroy"],
  [false, "up -s destroy"],
  [false, ""],
])("%s: pulumi %s", (deletes, args) => {
  expect(deletesIn(args.split(" "))).toBe(deletes);
});
