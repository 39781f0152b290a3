package dev.twincast.anycast.policy;

/** Rendezvous hashing: for a key, the replica with the highest score has it. */
final class Rendezvous {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Rendezvous() {}

  /** FNV-1a over the UTF-16 units, then mixed; the same on every machine and in every release. */
  static long hash(String text) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return mix(hash);
  }

  /** Of hashes of the replica's address and of the key; compared as unsigned. */
  static long score(long replica, long key) {
    return mix(replica ^ Long.rotateLeft(key, 32));
  }

  /** The finaliser of MurmurHash3: each bit of the input moves about half of the output. */
  private static long mix(long x) {
    x = (x ^ x >>> 33) * 0xff51afd7ed558ccdL;
    x = (x ^ x >>> 33) * 0xc4ceb9fe1a85ec53L;
    return x ^ x >>> 33;
  }
}
