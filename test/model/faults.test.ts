/** Random programs on two devices with faults of every kind: after the faults stop, one `up` succeeds. */
import { summary, trySequences } from "./seed";

afterAll(() => console.log(summary()));

test(
  "random programs end as declared after requests failed in every way",
  () => trySequences({ byHand: 2, restarts: 0, struck: 7 }, 250),
  600_000,
);
