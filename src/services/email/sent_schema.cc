// SPDX-License-Identifier: Apache-2.0
#include "services/email/sent_schema.h"

namespace boutique::email {

// `until_ms`: when an unsent mail's claim ends, and when a sent one is forgotten. No recipient is kept.
const sql::Schema& SentSchema() {
  static const sql::Schema schema = {
      .name = "mail",
      .sqlite = {R"sql(
        CREATE TABLE sent_mail (
          message_id TEXT PRIMARY KEY,
          is_sent INTEGER NOT NULL,
          claim INTEGER NOT NULL,
          until_ms INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sent_mail_by_end ON sent_mail (until_ms);
      )sql"},
      .postgres = {R"sql(
        CREATE SCHEMA IF NOT EXISTS mail;
        CREATE TABLE sent_mail (
          message_id TEXT PRIMARY KEY,
          is_sent BIGINT NOT NULL,
          claim BIGINT NOT NULL,
          until_ms BIGINT NOT NULL
        );
        CREATE INDEX sent_mail_by_end ON sent_mail (until_ms);
      )sql"},
  };
  return schema;
}

}  // namespace boutique::email
