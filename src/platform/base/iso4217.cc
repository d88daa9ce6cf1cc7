// SPDX-License-Identifier: Apache-2.0
#include "platform/base/iso4217.h"

namespace boutique::base {
namespace {

// Codes stand side by side, separated by a space; the search below relies on it.
constexpr absl::string_view kActive =
    " AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF "
    "GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR "
    "LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK "
    "PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND "
    "TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XDR XOF "
    "XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWL ";
constexpr absl::string_view kNoDecimals = " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
constexpr absl::string_view kThreeDecimals = " BHD IQD JOD KWD LYD OMR TND ";
constexpr absl::string_view kFourDecimals = " CLF UYW ";

bool Lists(absl::string_view list, absl::string_view code) {
  return IsCurrencyCode(code) && list.find(code) != absl::string_view::npos;
}

}  // namespace

bool IsCurrencyCode(absl::string_view code) {
  if (code.size() != 3) return false;
  for (const char c : code) {
    if (c < 'A' || c > 'Z') return false;
  }
  return true;
}

bool IsIso4217(absl::string_view code) { return Lists(kActive, code); }

int MinorUnitDigits(absl::string_view code) {
  if (Lists(kNoDecimals, code)) return 0;
  if (Lists(kThreeDecimals, code)) return 3;
  if (Lists(kFourDecimals, code)) return 4;
  return 2;
}

}  // namespace boutique::base
