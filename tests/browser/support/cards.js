// SPDX-License-Identifier: Apache-2.0
// Cards that the tests pay with.
export const cards = {
  visa: '4111 1111 1111 1111',
  mastercard: '5555 5555 5555 4444',
  declined: '4000 0000 0000 0002',
  withoutFunds: '4000 0000 0000 9995',
};
