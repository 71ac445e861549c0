package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EntryRoutesTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  private Http.Answer post(String body) throws Exception {
    return new Http(scene).withCsrf().send("POST", "/api/v1/jobs", body);
  }

  @Test
  void aJobOfAKnownIdIsNotSubmittedAgain() throws Exception {
    var body = "{\"pipeline\":\"cities\",\"id\":\"x-1\",\"payload\":{\"country\":\"DE\"}}";
    assertThat(post(body).json().path("submitted").asBoolean()).isTrue();
    assertThat(post(body).json().path("submitted").asBoolean()).isFalse();
    var ofBefore = "{\"pipeline\":\"cities\",\"id\":\"job-1\",\"payload\":1}";
    assertThat(post(ofBefore).json().path("submitted").asBoolean()).isFalse();
    assertThat(scene.entry.submitted).hasSize(1);
    assertThat(scene.audit.newest(9)).hasSize(1);
  }

  @Test
  void numbersOfThePayloadKeepTheirDigits() throws Exception {
    var number = "0.12345678901234567890123456789";
    assertThat(post("{\"pipeline\":\"cities\",\"payload\":" + number + "}").status())
        .isEqualTo(200);
    assertThat(scene.entry.submitted.getFirst().json()).isEqualTo(number);
  }

  @Test
  void startAndTagsAreRead() throws Exception {
    var answer =
        post(
            "{\"pipeline\":\"cities\",\"payload\":1,\"after\":\"1h30m\",\"tags\":{\"a\":\"b\"},"
                + "\"key\":\"k\"}");
    assertThat(answer.status()).isEqualTo(200);
    var job = scene.entry.submitted.getFirst();
    assertThat(job.start()).isEqualTo(new JobEntry.Start.After(Duration.ofMinutes(90)));
    assertThat(job.tags()).containsEntry("a", "b");
    assertThat(job.key()).contains("k");
    assertThat(scene.audit.newest(1).getFirst().detail()).isEqualTo("after 1h30m");
  }

  @Test
  void badInputIsNamedWithItsRemedy() throws Exception {
    refused(400, "{\"pipeline\":\"cities\"}", "'payload' is missing");
    refused(404, "{\"pipeline\":\"citees\",\"payload\":1}", "no pipeline 'citees'");
    refused(
        400,
        "{\"pipeline\":\"cities\",\"payload\":1,\"after\":\"1s\",\"at\":\"2030-01-01T00:00:00Z\"}",
        "both 'after' and 'at'");
    refused(400, "{\"pipeline\":\"cities\",\"payload\":1,\"after\":\"soon\"}", "'soon'");
    refused(400, "{\"pipeline\":\"cities\",\"payload\":1,\"at\":\"noon\"}", "'at'");
    refused(400, "{\"pipeline\":\"cities\",\"payload\":1,\"tags\":[1]}", "'tags'");
    refused(400, "{\"pipeline\":\"cities\",\"payload\":1,\"id\":\"\"}", "'id'");
    refused(422, "{\"pipeline\":\"cities\",\"payload\":\"XX\"}", "no country XX");
    assertThat(scene.entry.submitted).isEmpty();
  }

  private void refused(int status, String body, String words) throws Exception {
    var answer = post(body);
    assertThat(answer.status()).as(body).isEqualTo(status);
    assertThat(answer.json().path("detail").asText()).contains(words);
    assertThat(answer.json().path("remedy").asText()).isNotEmpty();
  }

  /// It may not be there: submitted again under its id, it is the same job.
  @Test
  void aJobOfUnknownFateIsTriedAgain() throws Exception {
    var body = "{\"pipeline\":\"cities\",\"id\":\"lost\",\"payload\":1}";
    for (var i = 0; i < 2; i++) {
      var answer = post(body);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.json().path("remedy").asText()).contains("the same id");
    }
  }
}
