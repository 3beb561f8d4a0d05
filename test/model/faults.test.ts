/** Random programs on two devices, whatever goes wrong on the way: after the faults stop, one `up` does it. */
import { summary, trySequences } from "./seed";

afterAll(() => console.log(summary()));

test("requests fail in every way", () => trySequences({ byHand: 2, restarts: 0, struck: 7 }, 700), 600_000);
