#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts RabbitMQ with one user, boutique, whose password is the environment's at each start, so that a changed one takes
# effect with the next start. Without one it is the password that AMQP's clients send when they have none, and says
# nothing: who may connect is then decided outside, by the mesh or the network.
# usage: rabbitmq.sh rabbitmq-server
# In the environment: RABBITMQ_PASSWORD if there is one, RUN (/var/lib/rabbitmq): a folder outside of the volume, where
# Erlang's cookie is. (The volume's fsGroup would let the group read it, and Erlang refuses such a cookie.)
set -eu
umask 077
run=${RUN:-/var/lib/rabbitmq}

password=${RABBITMQ_PASSWORD:-guest}
case $password in
  *[[:cntrl:]]*) echo "RABBITMQ_PASSWORD has a character that cannot be typed" >&2 && exit 1 ;;
esac
quoted=$(printf %s "$password" | sed 's/[\\"]/\\&/g')
# Imported at each start. Where there is such a file, RabbitMQ makes no user of its own.
cat >"$run/definitions.json" <<END
{
  "vhosts": [{"name": "/"}],
  "users": [{"name": "boutique", "password": "$quoted", "tags": []}],
  "permissions": [{"user": "boutique", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}]
}
END
unset RABBITMQ_PASSWORD password quoted
exec "$@"
