/** Whether the command line of `pulumi` shows that everything in the state is deleted. */
import { deletesIn } from "../../provider/devices/engine-command";

test.each<[boolean, string]>([
  [true, "destroy"],
  [true, "destroy --preview-only --refresh"],
  [true, "-s dev down --yes"],
  [true, "dn"],
  // A program that declares nothing may be empty or may have failed.
  [false, "up --yes"],
  [false, "preview"],
  [false, "refresh --preview-only"],
  [false, "import dli:index:Outlet web default/outlets/3"],
  // A stack may have the name of a command, so an ambiguous word is not a command.
  [false, "refresh -s destroy"],
  [false, "up -s destroy"],
  [false, ""],
])("%s: pulumi %s", (deletes, args) => {
  expect(deletesIn(args.split(" "))).toBe(deletes);
});
