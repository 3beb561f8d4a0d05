/** Any writable value of the REST API: a scalar, members of an object, a secret, and one that not every device has. */
import * as dli from "pulumi-dli";

/** A scalar. */
new dli.Setting("hostname", { path: "config/hostname", value: "rack-7" });

/** Of an object, only the declared members. */
new dli.Setting("mqtt", {
  path: "mqtt",
  value: { enabled: true, broker_address: "mqtt.example.com", broker_port: 8883, use_ssl: true },
});

/** A secret: encrypted in the state. */
new dli.Setting("mqtt-password", { path: "mqtt/password", value: "not in a repository", secret: true });

/** Only some models and firmwares have Modbus. */
new dli.Setting("modbus", { path: "modbus/enabled", value: false, optional: true });
