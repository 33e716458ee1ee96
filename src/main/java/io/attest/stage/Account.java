package io.attest.stage;

import java.io.Serializable;
import java.security.Principal;
import java.util.Set;
import java.util.TreeSet;

/**
 * A person who may log in.
 *
 * @param name what the person logs in with; unique
 * @param fullName for people to read; the name where nobody gave one
 * @param groups ids of the groups the person is in: {@code starter}, {@code reviewer}...
 */
public record Account(String name, String fullName, Set<String> groups)
    implements Principal, Serializable {
  private static final long serialVersionUID = 1L;

  public Account {
    groups = Set.copyOf(new TreeSet<>(groups));
  }

  @Override
  public String getName() {
    return name;
  }

  /** Whether the person is in one of these groups. */
  public boolean in(String... any) {
    for (String group : any) {
      if (groups.contains(group)) {
        return true;
      }
    }
    return false;
  }
}
