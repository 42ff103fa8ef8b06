package loopbreaker.peers.job;

import java.nio.ByteBuffer;

/**
 * A session's bytes in the store and in the changelog:
 *
 * <pre>
 *   record := version:u8 counter:u16[9] first_ms:i64 last_ms:i64 reason:u8 turns turns
 *   turns  := size:u8 set[size]          customer's, then the bot's
 *   set    := size:u8 hash:i32[size]
 * </pre>
 */
public final class SessionCodec {
  private static final byte VERSION = 1;
  private static final int FIXED_BYTES = 1 + 9 * Short.BYTES + 2 * Long.BYTES + 1;
  private static final Session.Reason[] REASONS = Session.Reason.values();

  private SessionCodec() {}

  public static byte[] encode(Session session) {
    byte[] record = new byte[FIXED_BYTES + bytesOf(session.customer) + bytesOf(session.bot)];
    ByteBuffer out = ByteBuffer.wrap(record);
    out.put(VERSION);
    putCounter(out, session.turns);
    putCounter(out, session.customerTurns);
    putCounter(out, session.botTurns);
    putCounter(out, session.rephrases);
    putCounter(out, session.botRepeats);
    putCounter(out, session.cycles);
    putCounter(out, session.humanRequests);
    putCounter(out, session.rephraseTurn);
    putCounter(out, session.repeatTurn);
    out.putLong(session.firstMs).putLong(session.lastMs).put((byte) session.escalated.ordinal());
    put(out, session.customer);
    put(out, session.bot);
    return record;
  }

  public static Session decode(byte[] record) {
    ByteBuffer in = ByteBuffer.wrap(record);
    if (in.get() != VERSION) throw new IllegalArgumentException("not a session record of version " + VERSION);
    Session session = new Session();
    session.turns = Short.toUnsignedInt(in.getShort());
    session.customerTurns = Short.toUnsignedInt(in.getShort());
    session.botTurns = Short.toUnsignedInt(in.getShort());
    session.rephrases = Short.toUnsignedInt(in.getShort());
    session.botRepeats = Short.toUnsignedInt(in.getShort());
    session.cycles = Short.toUnsignedInt(in.getShort());
    session.humanRequests = Short.toUnsignedInt(in.getShort());
    session.rephraseTurn = Short.toUnsignedInt(in.getShort());
    session.repeatTurn = Short.toUnsignedInt(in.getShort());
    session.firstMs = in.getLong();
    session.lastMs = in.getLong();
    session.escalated = REASONS[in.get()];
    get(in, session.customer);
    get(in, session.bot);
    return session;
  }

  private static void putCounter(ByteBuffer out, int value) {
    if (value > 0xffff) throw new IllegalStateException("a session of more than 65535 turns");
    out.putShort((short) value);
  }

  private static int bytesOf(RecentTurns turns) {
    int bytes = 1;
    for (int i = 0; i < turns.size; i++) bytes += 1 + Integer.BYTES * turns.sets[i].length;
    return bytes;
  }

  private static void put(ByteBuffer out, RecentTurns turns) {
    out.put((byte) turns.size);
    for (int i = 0; i < turns.size; i++) {
      out.put((byte) turns.sets[i].length);
      for (int hash : turns.sets[i]) out.putInt(hash);
    }
  }

  private static void get(ByteBuffer in, RecentTurns turns) {
    int size = in.get();
    for (int i = 0; i < size; i++) {
      int[] set = new int[in.get()];
      for (int j = 0; j < set.length; j++) set[j] = in.getInt();
      turns.add(set);
    }
  }
}
