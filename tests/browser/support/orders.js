// SPDX-License-Identifier: Apache-2.0
// Orders that no checkout makes: they are stored, and taken from state to state, by calls of the order service.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import http2 from 'node:http2';
import { fileURLToPath } from 'node:url';

const protos = fileURLToPath(new URL('../../../protos', import.meta.url));
const leaseMs = 300_000;  // as long as it may be: nobody else takes the order over

function encode(type, text) {
  return execFileSync('protoc', [`--encode=hipstershop.${type}`, `-I${protos}`, 'hipstershop/order.proto'], { input: text });
}

// Calls a method with the message that the text form gives; rejects unless the status is OK.
async function call(method, type, text) {
  const message = encode(type, text);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  const client = http2.connect(`http://${process.env.SHOP_GRPC}`);
  try {
    const stream = client.request({
      ':method': 'POST', ':path': `/hipstershop.OrderService/${method}`, 'content-type': 'application/grpc', te: 'trailers',
    });
    const status = await new Promise((resolve, reject) => {
      let seen = {};
      const note = (headers) => { seen = { ...seen, ...headers }; };
      stream.on('response', note).on('trailers', note).on('error', reject).on('end', () => resolve(seen)).resume();
      stream.end(Buffer.concat([frame, message]));
    });
    if (status['grpc-status'] !== '0') throw new Error(`${method}: ${status['grpc-status']} ${status['grpc-message']}`);
  } finally {
    client.close();
  }
}

export class SlowOrder {
  // Stores an order of this session's for one mug.
  static async place(session) {
    const order = new SlowOrder(randomUUID());
    const dollars = (units, nanos) => `{ currency_code: "USD" units: ${units} nanos: ${nanos} }`;
    await call('CreateOrder', 'CreateOrderRequest', `
      lease_ms: ${leaseMs}
      order {
        order_id: "${order.id}" user_id: "${session}" idempotency_key: "${randomUUID()}" fingerprint: "f00d"
        email: "ada@example.com"
        shipping_address { street_address: "1 Main Street" city: "London" state: "CA" country: "United States"
                           postal_code: "94043" }
        items { item { product_id: "6E92ZMYYFZ" quantity: 1 } cost ${dollars(8, 990000000)} }
        shipping_cost ${dollars(8, 990000000)}
        total ${dollars(17, 980000000)}
      }`);
    return order;
  }

  constructor(id) {
    this.id = id;
    this.state = 'PENDING';
  }

  // Takes the order one step on; `notes` are further fields of RecordStepRequest.
  async step(state, notes = '') {
    await call('RecordStep', 'RecordStepRequest', `
      order_id: "${this.id}" expected_state: ${this.state} expected_epoch: 1 state: ${state} lease_ms: ${leaseMs} ${notes}`);
    this.state = state;
  }
}
