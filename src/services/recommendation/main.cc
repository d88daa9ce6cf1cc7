// SPDX-License-Identifier: Apache-2.0
// recommendationservice: suggests what else a shopper may like.
#include "platform/runtime/main.h"
#include "services/recommendation/recommendation_module.h"

int main(int argc, char** argv) {
  return boutique::runtime::Main<boutique::recommendation::RecommendationModule>(
      {.name = "recommendationservice", .summary = "suggests what else a shopper may like", .grpc_port = 8080}, argc,
      argv);
}
