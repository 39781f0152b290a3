package dev.twincast.feed.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FileMessageTest {
  private static final String SHA = "00112233445566778899aabbccddeeff".repeat(2);

  private static ByteBuffer message(FileMessage.Manifest manifest) {
    ByteBuffer out = ByteBuffer.allocate(FileMessage.MIN_MESSAGE_BYTES);
    manifest.put(out);
    return out.flip();
  }

  private static String hex(ByteBuffer message) {
    byte[] bytes = new byte[message.limit()];
    message.get(0, bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void aManifestIsWhatTheDocumentSays() {
    var manifest = new FileMessage.Manifest(0x0102030405060708L, 100_000, 40_000, SHA, "é.txt");

    assertEquals(
        "f5545746"
            + "01"
            + "06"
            + "9c40"
            + "0102030405060708"
            + "00000000000186a0"
            + SHA
            + "c3a92e747874",
        hex(message(manifest)));
    assertEquals(manifest, FileMessage.decode(message(manifest)));
    assertEquals(3, manifest.chunks());
    assertEquals(40_000, manifest.lengthBytes(1));
    assertEquals(20_000, manifest.lengthBytes(2));
  }

  @Test
  void aChunkIsWhatTheDocumentSays() {
    ByteBuffer out = ByteBuffer.allocate(22);
    FileMessage.Chunk.putHeader(out, 0x0102030405060708L, 9);
    out.put((byte) 0xaa).put((byte) 0xbb).flip();

    assertEquals("f5545746" + "02000000" + "0102030405060708" + "00000009" + "aabb", hex(out));
    var chunk = assertInstanceOf(FileMessage.Chunk.class, FileMessage.decode(out));
    assertEquals(9, chunk.index());
    assertEquals(ByteBuffer.wrap(new byte[] {(byte) 0xaa, (byte) 0xbb}), chunk.data());
    assertEquals(0, out.position());
  }

  @Test
  void otherMessagesArePlain() {
    for (String text : new String[] {"", "\u00f5TWF", "õTWF and more", "{\"a\": 1}"}) {
      ByteBuffer message = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      assertInstanceOf(FileMessage.Plain.class, FileMessage.decode(message));
    }
  }

  @Test
  void anyBytesAreDecodedToWhatCanBe() {
    Random random = new Random(1);
    int manifests = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(90)];
      random.nextBytes(bytes);
      ByteBuffer in = ByteBuffer.wrap(bytes);
      if (bytes.length > 5) {
        in.putInt(0, 0xF554_5746).put(4, (byte) random.nextInt(4));
        in.put(5, (byte) (random.nextBoolean() ? bytes.length - 56 : random.nextInt()));
      }
      if (bytes.length >= 56 && random.nextBoolean()) {
        in.putLong(16, random.nextInt());
        Arrays.fill(bytes, 56, bytes.length, (byte) 'a');
      }
      switch (FileMessage.decode(in)) {
        case FileMessage.Manifest manifest -> {
          manifests++;
          assertTrue(manifest.sizeBytes() >= 0 && manifest.chunkBytes() > 0);
          assertTrue(manifest.chunks() <= Integer.MAX_VALUE);
          assertEquals(in, message(manifest));
        }
        case FileMessage.Chunk chunk -> assertEquals(bytes.length - 20, chunk.data().remaining());
        case FileMessage.Plain(), FileMessage.Broken _ -> {}
      }
    }
    assertTrue(manifests > 100, manifests + " manifests");
  }

  @Test
  void namesThatAreNoHarmlessFileAreRefused() {
    for (String name :
        new String[] {
          "",
          ".",
          "..",
          "../x",
          "a/b",
          "/etc/passwd",
          "..\\x",
          "C:\\x",
          "C:x",
          "a\0b",
          "a\nb",
          ".bashrc",
          ".twincast",
          "x.",
          "x ",
          " x",
          "con",
          "NUL.txt",
          "Com1",
          "lpt9.a.b",
          "aux .c",
          "COM¹",
          "gpj\u202eexe.txt",
          "a*",
          "a?",
          "a|b",
          "a\u007f",
          "x".repeat(241),
          "é".repeat(121)
        }) {
      assertTrue(FileName.refusal(name).isPresent(), "\"" + name + "\"");
    }
    for (String name :
        new String[] {
          "a",
          "photo (1).jpg",
          "a..b",
          "console",
          "com10",
          "Übung.tar.gz",
          "日本語",
          "-rf",
          "x".repeat(240),
          "\ud83d\udc68\u200d\ud83d\udc67.png"
        }) {
      assertTrue(FileName.refusal(name).isEmpty(), "\"" + name + "\"");
    }
  }
}
