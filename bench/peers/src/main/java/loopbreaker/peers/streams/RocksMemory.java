package loopbreaker.peers.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One budget of memory for the stores of all partitions, instead of one for each; and bloom filters,
 * so that new sessions are not looked up on disk.
 */
public final class RocksMemory implements RocksDBConfigSetter {
  private static final Cache BLOCKS = new LRUCache(256L << 20);
  private static final WriteBufferManager WRITES = new WriteBufferManager(128L << 20, BLOCKS);
  private static final BloomFilter BLOOM = new BloomFilter(10, false);

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(BLOCKS);
    table.setCacheIndexAndFilterBlocks(true);
    table.setPinTopLevelIndexAndFilter(true);
    table.setFilterPolicy(BLOOM);
    table.setBlockSize(8L << 10);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(WRITES);
    options.setWriteBufferSize(16L << 20);
    options.setMaxWriteBufferNumber(3);
    options.setCompressionType(CompressionType.LZ4_COMPRESSION);
  }

  /** What the stores share lives as long as the process. */
  @Override
  public void close(String store, Options options) {}
}
