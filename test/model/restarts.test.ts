/** Random programs on two devices that restart and lose power, also in the middle of a run. */
import { summary, trySequences } from "./seed";

afterAll(() => console.log(summary()));

test(
  "random programs end as declared after devices restarted in the middle of a run",
  () => trySequences({ byHand: 2, restarts: 2, struck: 2 }, 250),
  600_000,
);
