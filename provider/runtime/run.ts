/** What one run of the engine (one `pulumi up`, `refresh` or `destroy`) remembers across resources. */
import type { Clock } from "../client";
import { Operations } from "./operations";
import { Claims } from "./run/claims";
import { Declarations } from "./run/declarations";
import { Owners } from "./run/owners";
import { Predecessors } from "./run/predecessors";
import { ProtectedOutlets } from "./run/protected-outlets";
import { Releases } from "./run/releases";
import { ScriptFunctions } from "./run/script-functions";

export class Run {
  readonly declarations: Declarations;
  readonly owners = new Owners();
  readonly claims = new Claims();
  readonly predecessors = new Predecessors();
  readonly releases = new Releases();
  readonly protectedOutlets = new ProtectedOutlets();
  readonly scriptFunctions: ScriptFunctions;
  readonly operations: Operations;

  constructor(clock: Clock) {
    this.declarations = new Declarations(clock);
    this.scriptFunctions = new ScriptFunctions(clock);
    // Any operation may have brought a function that another one waits for.
    this.operations = new Operations(clock, () => this.scriptFunctions.recheck());
  }
}
