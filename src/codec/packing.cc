#include "codec/packing.h"

#include <zstd.h>

#include <algorithm>
#include <memory>
#include <new>

extern "C" {
extern const char loopbreaker_record_dictionary[];
extern const char loopbreaker_record_dictionary_end[];
}

namespace loopbreaker::codec {
namespace {

/// Higher ones take twice the time for another 3 %.
constexpr int kLevel = 1;

std::string_view dictionary() {
  return {
      loopbreaker_record_dictionary,
      static_cast<std::size_t>(loopbreaker_record_dictionary_end - loopbreaker_record_dictionary)};
}

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;

template <class T>
T* made(T* p) {
  if (!p) throw std::bad_alloc();
  return p;
}

ZSTD_CCtx* make_packer() {
  static const Owned<ZSTD_CDict, ZSTD_freeCDict> shared(
      made(ZSTD_createCDict(dictionary().data(), dictionary().size(), kLevel)));
  ZSTD_CCtx* context = made(ZSTD_createCCtx());
  ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0);
  ZSTD_CCtx_refCDict(context, shared.get());
  return context;
}

ZSTD_DCtx* make_unpacker() {
  static const Owned<ZSTD_DDict, ZSTD_freeDDict> shared(
      made(ZSTD_createDDict(dictionary().data(), dictionary().size())));
  ZSTD_DCtx* context = made(ZSTD_createDCtx());
  ZSTD_DCtx_refDDict(context, shared.get());
  return context;
}

}  // namespace

void pack(std::string_view plain, std::string& out) {
  thread_local const Owned<ZSTD_CCtx, ZSTD_freeCCtx> context(make_packer());
  thread_local std::string room;
  room.resize(std::max(room.size(), ZSTD_compressBound(plain.size())));
  const std::size_t size =
      ZSTD_compress2(context.get(), room.data(), room.size(), plain.data(), plain.size());
  // There is room for the worst case: nothing is left to go wrong but memory.
  if (ZSTD_isError(size)) throw std::bad_alloc();
  out.append(room, 0, size);
}

bool unpack(std::string_view packed, std::size_t max, std::string& out) {
  thread_local const Owned<ZSTD_DCtx, ZSTD_freeDCtx> context(make_unpacker());
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > max)
    return false;
  if (ZSTD_findFrameCompressedSize(packed.data(), packed.size()) != packed.size()) return false;
  out.resize(size);
  return ZSTD_decompressDCtx(context.get(), out.data(), out.size(), packed.data(), packed.size()) ==
         size;
}

}  // namespace loopbreaker::codec
