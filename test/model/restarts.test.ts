/** Random programs on two units that restart and lose power, also in the middle of a run. */
import { summary, trySequences } from "./seed";

afterAll(() => console.log(summary()));

test("units restart", () => trySequences({ byHand: 2, restarts: 2, struck: 2 }, 700), 600_000);
