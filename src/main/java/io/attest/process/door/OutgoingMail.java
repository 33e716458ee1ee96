package io.attest.process.door;

import io.attest.process.AttestProperties;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.component.mail.MailConfiguration;
import org.apache.camel.component.mail.MailEndpoint;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The way out for mails, as configured; routes name it {@code ref:mailDoor}. */
@Configuration(proxyBeanMethods = false)
class OutgoingMail {
  private static final String PATIENCE_MILLIS = "20000";

  @Bean("mailDoor")
  Endpoint mailDoor(CamelContext camel, AttestProperties properties) {
    AttestProperties.MailSettings mail = properties.mail();
    MailEndpoint door =
        camel.getEndpoint(
            "smtp://" + mail.host().orElse("localhost") + ":" + mail.port(), MailEndpoint.class);
    MailConfiguration settings = door.getConfiguration();
    // Set here and not in the address, which would show in logs.
    mail.user().ifPresent(settings::setUsername);
    mail.password().ifPresent(settings::setPassword);
    Properties more = new Properties();
    more.setProperty("mail.smtp.starttls.enable", String.valueOf(mail.tls()));
    more.setProperty("mail.smtp.starttls.required", String.valueOf(mail.tls()));
    more.setProperty("mail.smtp.connectiontimeout", PATIENCE_MILLIS);
    more.setProperty("mail.smtp.timeout", PATIENCE_MILLIS);
    more.setProperty("mail.smtp.writetimeout", PATIENCE_MILLIS);
    more.setProperty("mail.smtp.auth", String.valueOf(mail.user().isPresent()));
    settings.setAdditionalJavaMailProperties(more);
    return door;
  }
}
