<?php
/**
 * The fields of the settings page.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Draws the rows of WordPress's form tables, a setting each.
 */
final class Settings_Fields {

	/**
	 * The server's address, what is known of it, and the button that asks it.
	 *
	 * @param array $field name and insist (of the two inputs), typed, status (a mark: good, poor, bad or none; a sentence),
	 *                     insisted (whether that is offered), is_fixed, help.
	 */
	public static function server( array $field ) {
		list( $mark, $message ) = $field['status'];
		?>
		<tr>
			<th scope="row">
				<?php if ( $field['is_fixed'] ) : ?>
					<?php esc_html_e( 'Address', 'buttond-sharing-bar' ); ?>
				<?php else : ?>
					<label for="buttond-server"><?php esc_html_e( 'Address', 'buttond-sharing-bar' ); ?></label>
				<?php endif; ?>
			</th>
			<td>
				<div class="buttond-address">
				<?php if ( $field['is_fixed'] ) : ?>
					<strong dir="ltr"><?php echo esc_html( $field['typed'] ); ?></strong>
				<?php else : ?>
					<input type="text" inputmode="url" class="code" id="buttond-server" name="<?php echo esc_attr( $field['name'] ); ?>" dir="ltr"
						value="<?php echo esc_attr( $field['typed'] ); ?>" placeholder="https://share.example.com" autocomplete="url" spellcheck="false"
						aria-describedby="buttond-server-status buttond-server-help"<?php echo 'bad' === $mark ? ' aria-invalid="true"' : ''; ?>>
				<?php endif; ?>
				<button type="submit" class="button" id="buttond-check" name="check" value="1"><?php esc_html_e( 'Check', 'buttond-sharing-bar' ); ?></button>
				</div>
				<p id="buttond-server-status" role="status" class="buttond-status<?php echo '' === $mark ? '' : ' is-' . esc_attr( $mark ); ?>"><?php echo esc_html( $message ); ?></p>
				<p id="buttond-insist"<?php echo $field['insisted'] ? '' : ' hidden'; ?>>
					<label><input type="checkbox" name="<?php echo esc_attr( $field['insist'] ); ?>" value="1">
					<?php esc_html_e( 'Save this address all the same', 'buttond-sharing-bar' ); ?></label>
				</p>
				<p class="description" id="buttond-server-help"><?php echo esc_html( $field['help'] ); ?></p>
			</td>
		</tr>
		<?php
	}

	/**
	 * Where the bar stands.
	 *
	 * @param array $settings The settings.
	 */
	public static function positions( array $settings ) {
		$positions = $settings['positions'];
		self::open_group( __( 'In the post', 'buttond-sharing-bar' ) );
		self::box( 'positions][', 'above', __( 'Above the text', 'buttond-sharing-bar' ), in_array( 'above', $positions, true ) );
		self::box( 'positions][', 'below', __( 'Below the text', 'buttond-sharing-bar' ), in_array( 'below', $positions, true ) );
		self::close_group();

		$follow = in_array( 'floating', $positions, true ) ? 'floating' : '';
		$follow = '' === $follow && in_array( 'bottom', $positions, true ) ? 'bottom' : $follow;
		self::open_group( __( 'While reading', 'buttond-sharing-bar' ) );
		self::dot( 'follow', '', __( 'No bar that stays in view', 'buttond-sharing-bar' ), $follow );
		self::dot( 'follow', 'floating', __( 'At the side, or at the bottom where there is no room', 'buttond-sharing-bar' ), $follow );
		self::dot( 'follow', 'bottom', __( 'At the bottom of the screen', 'buttond-sharing-bar' ), $follow );
		self::close_group();

		$left  = __( 'Left', 'buttond-sharing-bar' );
		$right = __( 'Right', 'buttond-sharing-bar' );
		self::open_group( __( 'Side', 'buttond-sharing-bar' ), 'buttond-side' );
		self::dot( 'side', 'start', is_rtl() ? $right : $left, $settings['side'] );
		self::dot( 'side', 'end', is_rtl() ? $left : $right, $settings['side'] );
		self::close_group();
	}

	/**
	 * Kinds of content.
	 *
	 * @param array $settings The settings.
	 */
	public static function post_types( array $settings ) {
		self::open_group( __( 'Kinds of content', 'buttond-sharing-bar' ) );
		foreach ( get_post_types( array( 'public' => true ), 'objects' ) as $type ) {
			self::box( 'post_types][', $type->name, $type->labels->name, in_array( $type->name, $settings['post_types'], true ) );
		}
		self::close_group( __( 'A single post can do without: see “Sharing bar” beside it in the editor.', 'buttond-sharing-bar' ) );
	}

	/**
	 * Feeds.
	 *
	 * @param array $settings The settings.
	 */
	public static function feeds( array $settings ) {
		self::open_group( __( 'Feeds', 'buttond-sharing-bar' ) );
		self::box( 'feeds', '1', __( 'A drawn button at the end of each post', 'buttond-sharing-bar' ), $settings['feeds'] );
		self::close_group();
	}

	/**
	 * Where the count stands.
	 *
	 * @param array $settings The settings.
	 */
	public static function style( array $settings ) {
		self::open_group( __( 'Count', 'buttond-sharing-bar' ) );
		self::dot( 'style', 'horizontal', __( 'Beside the button', 'buttond-sharing-bar' ), $settings['style'] );
		self::dot( 'style', 'vertical', __( 'Above the button', 'buttond-sharing-bar' ), $settings['style'] );
		self::dot( 'style', 'none', __( 'Not shown', 'buttond-sharing-bar' ), $settings['style'] );
		self::close_group();
	}

	/**
	 * The size.
	 *
	 * @param array $settings The settings.
	 */
	public static function size( array $settings ) {
		self::open_group( __( 'Size', 'buttond-sharing-bar' ) );
		self::dot( 'size', 'regular', __( 'Regular', 'buttond-sharing-bar' ), $settings['size'] );
		self::dot( 'size', 'large', __( 'Large', 'buttond-sharing-bar' ), $settings['size'] );
		self::close_group();
	}

	/**
	 * The button's own words.
	 *
	 * @param array $settings The settings.
	 */
	public static function label( array $settings ) {
		?>
		<tr>
			<th scope="row"><label for="buttond-label"><?php esc_html_e( 'Label', 'buttond-sharing-bar' ); ?></label></th>
			<td>
				<input type="text" id="buttond-label" name="buttond_sharing_bar[label]" value="<?php echo esc_attr( $settings['label'] ); ?>"
					maxlength="<?php echo (int) Settings::LABEL_LENGTH; ?>" placeholder="<?php esc_attr_e( 'Share', 'buttond-sharing-bar' ); ?>">
			</td>
		</tr>
		<?php
	}

	/**
	 * The least count that is shown.
	 *
	 * @param array $settings The settings.
	 */
	public static function minimum( array $settings ) {
		?>
		<tr>
			<th scope="row"><label for="buttond-minimum"><?php esc_html_e( 'Show counts from', 'buttond-sharing-bar' ); ?></label></th>
			<td>
				<input type="number" id="buttond-minimum" name="buttond_sharing_bar[minimum]" value="<?php echo (int) $settings['minimum']; ?>"
					min="0" max="1000000000" class="small-text" aria-describedby="buttond-minimum-unit buttond-minimum-help">
				<span id="buttond-minimum-unit"><?php esc_html_e( 'shares', 'buttond-sharing-bar' ); ?></span>
				<p class="description" id="buttond-minimum-help"><?php esc_html_e( 'With 1, a new post shows no “0”.', 'buttond-sharing-bar' ); ?></p>
			</td>
		</tr>
		<?php
	}

	/**
	 * The places and their order: by numbers, which the script replaces by two buttons each.
	 *
	 * @param array $settings The settings.
	 */
	public static function places( array $settings ) {
		$names  = wp_list_pluck( Settings::offered_places( $settings ), 'name' );
		$chosen = array_intersect( $settings['places'], array_keys( $names ) );
		$number = 0;
		self::open_group( __( 'Places', 'buttond-sharing-bar' ) );
		if ( ! $names ) {
			self::close_group( __( 'This server has a share dialog of its own, and no places to offer.', 'buttond-sharing-bar' ) );
			return;
		}
		echo '<ol class="buttond-places" role="list">';
		foreach ( array_merge( $chosen, array_diff( array_keys( $names ), $chosen ) ) as $id ) {
			++$number;
			/* translators: %s: the name of a place, such as Bluesky. */
			$label = sprintf( __( 'Position of %s', 'buttond-sharing-bar' ), $names[ $id ] );
			?>
			<li data-name="<?php echo esc_attr( $names[ $id ] ); ?>">
				<label><input type="checkbox" name="buttond_sharing_bar[places][]" value="<?php echo esc_attr( $id ); ?>"<?php checked( in_array( $id, $chosen, true ) ); ?>>
				<?php echo esc_html( $names[ $id ] ); ?></label>
				<input type="number" class="small-text" name="buttond_sharing_bar[order][<?php echo esc_attr( $id ); ?>]" value="<?php echo (int) $number; ?>" min="1" max="99"
					aria-label="<?php echo esc_attr( $label ); ?>">
			</li>
			<?php
		}
		echo '</ol>';
		self::close_group( __( 'They are links, in this order, which work also while the server does not. The button leads to all the others.', 'buttond-sharing-bar' ) );
	}

	/**
	 * Opens a row with a group of boxes or dots.
	 *
	 * @param string $title The row's title.
	 * @param string $id    The row's id, if it needs one.
	 */
	private static function open_group( $title, $id = '' ) {
		printf(
			'<tr%1$s><th scope="row">%2$s</th><td><fieldset><legend class="screen-reader-text"><span>%2$s</span></legend>',
			'' === $id ? '' : ' id="' . esc_attr( $id ) . '"',
			esc_html( $title )
		);
	}

	/**
	 * Closes it.
	 *
	 * @param string $description A sentence below the group.
	 */
	private static function close_group( $description = '' ) {
		echo '</fieldset>';
		if ( '' !== $description ) {
			echo '<p class="description">' . esc_html( $description ) . '</p>';
		}
		echo '</td></tr>';
	}

	/**
	 * A checkbox.
	 *
	 * @param string $name    Its field; `list][` is one of a list.
	 * @param string $value   Its value.
	 * @param string $label   Its label.
	 * @param bool   $checked Whether it is checked.
	 */
	private static function box( $name, $value, $label, $checked ) {
		printf(
			'<label><input type="checkbox" name="buttond_sharing_bar[%s]" value="%s"%s> %s</label><br>',
			esc_attr( $name ),
			esc_attr( $value ),
			checked( $checked, true, false ),
			esc_html( $label )
		);
	}

	/**
	 * A radio button.
	 *
	 * @param string $name   Its field.
	 * @param string $value  Its value.
	 * @param string $label  Its label.
	 * @param string $chosen The value that is chosen.
	 */
	private static function dot( $name, $value, $label, $chosen ) {
		printf(
			'<label><input type="radio" name="buttond_sharing_bar[%s]" value="%s"%s> %s</label><br>',
			esc_attr( $name ),
			esc_attr( $value ),
			checked( $chosen, $value, false ),
			esc_html( $label )
		);
	}
}
