package example;

import convoy.driver.listening.RunListener;
import convoy.driver.listening.RunListenerProvider;
import convoy.driver.listening.TrainingEvent;
import convoy.worker.provided.Arguments;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Posts every event as JSON: {@code {name: webhook, arguments: {url: "https://example.org/runs", seconds: 5}}}. */
public final class WebhookListener implements RunListenerProvider {
    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public RunListener listener(Arguments arguments) {
        URI url = URI.create(arguments.text("url"));
        Duration patience = Duration.ofSeconds(arguments.whole("seconds", 5, 1, 60));
        HttpClient client = HttpClient.newBuilder().connectTimeout(patience).build();
        return event -> post(client, url, patience, event);
    }

    private static void post(HttpClient client, URI url, Duration patience, TrainingEvent event)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(patience)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(event.json()))
                .build();
        HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
        if (answer.statusCode() >= 300) {
            throw new IOException(url + " answers " + answer.statusCode());
        }
    }
}
