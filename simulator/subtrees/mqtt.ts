/** `mqtt/`: the broker, the messages about the device itself, and the topics of its outlets. */
import type { Model } from "../profile/models";
import { array, boolean, number, object, opaque, optional, perOutlet, type StateOf, string } from "../schema/nodes";
import { since } from "../schema/place";
import { between } from "../schema/validators";

const topic = () => optional(string());
const payload = () => string();
const qos = () => number({ validate: between(0, 2) });
const retain = () => boolean();

/** mqtt/ (device.md section 3.8). */
export const mqttSchema = object(
  {
    enabled: boolean(),
    outlets: perOutlet(object({ topic_subtree: string(), allow_read: boolean(), allow_write: boolean(), qos: qos() })),
    broker_address: string(),
    broker_port: optional(number(), { validate: between(1, 65535) }),
    use_ssl: boolean(),
    username: optional(string()),
    password: optional(string(), { secret: true }),
    topic_root: string(),
    connect_topic: topic(),
    connect_payload: payload(),
    connect_qos: qos(),
    connect_retain: retain(),
    reconnect_topic: topic(),
    reconnect_payload: payload(),
    reconnect_qos: qos(),
    reconnect_retain: retain(),
    disconnect_topic: topic(),
    disconnect_payload: payload(),
    disconnect_qos: qos(),
    disconnect_retain: retain(),
    lwt_topic: topic(),
    lwt_payload: payload(),
    lwt_qos: qos(),
    lwt_retain: retain(),
    notifications: array(opaque(), { readonly: true }),
  },
  { adminRead: true, protectedBy: "network", wireName: since("mqtt") },
);

/** The state of mqtt/. */
export type MqttState = StateOf<typeof mqttSchema>;

/** Off, no outlet allowed; outlets are counted from 0 and published at least once. The root is inferred. */
export function initialMqtt(model: Model): MqttState {
  return {
    enabled: false,
    outlets: Array.from({ length: model.outletCount }, (_, index) => ({
      topic_subtree: `outlets/${index}`,
      allow_read: false,
      allow_write: false,
      qos: 1,
    })),
    broker_address: "",
    broker_port: null,
    use_ssl: false,
    username: null,
    password: null,
    topic_root: "dli",
    connect_topic: null,
    connect_payload: "",
    connect_qos: 0,
    connect_retain: false,
    reconnect_topic: null,
    reconnect_payload: "",
    reconnect_qos: 0,
    reconnect_retain: false,
    disconnect_topic: null,
    disconnect_payload: "",
    disconnect_qos: 0,
    disconnect_retain: false,
    lwt_topic: null,
    lwt_payload: "",
    lwt_qos: 0,
    lwt_retain: false,
    notifications: [],
  };
}
